import type { FastifyPluginAsync } from 'fastify'
import type { Chat } from '@afrochat/chat'
import { routeCatalogue } from '@afrochat/contracts'
import { registerRoute } from '../../register-route.ts'

export const messageRoutes: FastifyPluginAsync<{ chat: Chat }> = async (app, { chat }) => {
  registerRoute(app, routeCatalogue.sendMessage, async (request, reply) => {
    const { message, notices, created } = await chat.sendMessage(request.actor, { ...request.body, ...request.params })
    void reply.code(created ? 201 : 200)
    return { ...message, notices }
  })

  registerRoute(app, routeCatalogue.listMessages, async (request) => chat.listMessages(request.actor, { ...request.query, ...request.params }))

  registerRoute(app, routeCatalogue.listChannelChanges, async (request) => chat.listChanges(request.actor, { ...request.query, ...request.params }))

  registerRoute(app, routeCatalogue.getMessage, async (request) => chat.getMessage(request.actor, request.params.message_id))

  registerRoute(app, routeCatalogue.editMessage, async (request) => chat.editMessage(request.actor, { ...request.body, ...request.params }))

  registerRoute(app, routeCatalogue.deleteMessage, async (request) => {
    await chat.deleteMessage(request.actor, request.params.message_id)
    return null
  })

  registerRoute(app, routeCatalogue.bulkDeleteMessages, async (request) => chat.bulkDeleteMessages(request.actor, { ...request.body, ...request.params }))

  registerRoute(app, routeCatalogue.listRevisions, async (request) => chat.listRevisions(request.actor, { ...request.query, ...request.params }))

  registerRoute(app, routeCatalogue.getPermalink, async (request) => chat.getPermalink(request.actor, request.params.message_id))

  registerRoute(app, routeCatalogue.lockThread, async (request) => chat.lockThread(request.actor, request.params.message_id))

  registerRoute(app, routeCatalogue.unlockThread, async (request) => chat.unlockThread(request.actor, request.params.message_id))

  registerRoute(app, routeCatalogue.listReplies, async (request) => chat.listReplies(request.actor, { ...request.query, ...request.params }))

  registerRoute(app, routeCatalogue.followThread, async (request) => chat.followThread(request.actor, request.params.message_id))

  registerRoute(app, routeCatalogue.unfollowThread, async (request) => chat.unfollowThread(request.actor, request.params.message_id))

  registerRoute(app, routeCatalogue.markThreadRead, async (request) => chat.markThreadRead(request.actor, { ...request.body, ...request.params }))

  registerRoute(app, routeCatalogue.markThreadUnread, async (request) => chat.markThreadUnread(request.actor, { ...request.body, ...request.params }))

  registerRoute(app, routeCatalogue.addReaction, async (request) => chat.addReaction(request.actor, request.params))

  registerRoute(app, routeCatalogue.removeReaction, async (request) => chat.removeReaction(request.actor, request.params))
}
