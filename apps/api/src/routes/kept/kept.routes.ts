import type { FastifyPluginAsync } from 'fastify'
import type { Chat } from '@afrochat/chat'
import { routeCatalogue } from '@afrochat/contracts'
import { registerRoute } from '../../register-route.ts'

export const keptRoutes: FastifyPluginAsync<{ chat: Chat }> = async (app, { chat }) => {
  registerRoute(app, routeCatalogue.listPins, async (request) => chat.listPins(request.actor, { ...request.query, ...request.params }))

  registerRoute(app, routeCatalogue.pinMessage, async (request) => chat.pinMessage(request.actor, request.params.message_id))

  registerRoute(app, routeCatalogue.unpinMessage, async (request) => chat.unpinMessage(request.actor, request.params.message_id))

  registerRoute(app, routeCatalogue.listSaved, async (request) => chat.listSaved(request.actor, request.query))

  registerRoute(app, routeCatalogue.saveMessage, async (request) => chat.saveMessage(request.actor, request.params.message_id))

  registerRoute(app, routeCatalogue.unsaveMessage, async (request) => {
    await chat.unsaveMessage(request.actor, request.params.message_id)
    return null
  })

  registerRoute(app, routeCatalogue.getDraft, async (request) => chat.getDraft(request.actor, { ...request.query, ...request.params }))

  registerRoute(app, routeCatalogue.saveDraft, async (request) => chat.saveDraft(request.actor, { ...request.body, ...request.params }))

  registerRoute(app, routeCatalogue.removeDraft, async (request) => {
    await chat.removeDraft(request.actor, { ...request.query, ...request.params })
    return null
  })
}
