import type { FastifyPluginAsync } from 'fastify'
import type { Chat } from '@afrochat/chat'
import { routeCatalogue } from '@afrochat/contracts'
import { registerRoute } from '../../register-route.ts'

type PlannedRoutes = Pick<
  Chat,
  | 'listScheduledMessages' | 'scheduleMessage' | 'getScheduledMessage' | 'updateScheduledMessage' | 'cancelScheduledMessage'
  | 'listReminders' | 'createReminder' | 'getReminder' | 'updateReminder' | 'cancelReminder'
>

export const plannedRoutes: FastifyPluginAsync<{ chat: PlannedRoutes }> = async (app, { chat }) => {
  registerRoute(app, routeCatalogue.listScheduledMessages, async (request) =>
    chat.listScheduledMessages(request.actor, { ...request.query, ...request.params }))

  registerRoute(app, routeCatalogue.createScheduledMessage, async (request) =>
    chat.scheduleMessage(request.actor, { ...request.body, ...request.params }))

  registerRoute(app, routeCatalogue.getScheduledMessage, async (request) => chat.getScheduledMessage(request.actor, request.params))

  registerRoute(app, routeCatalogue.updateScheduledMessage, async (request) =>
    chat.updateScheduledMessage(request.actor, { ...request.body, ...request.params }))

  registerRoute(app, routeCatalogue.cancelScheduledMessage, async (request) => {
    await chat.cancelScheduledMessage(request.actor, request.params)
    return null
  })

  registerRoute(app, routeCatalogue.listReminders, async (request) => chat.listReminders(request.actor, { ...request.query, ...request.params }))

  registerRoute(app, routeCatalogue.createReminder, async (request) => chat.createReminder(request.actor, { ...request.body, ...request.params }))

  registerRoute(app, routeCatalogue.getReminder, async (request) => chat.getReminder(request.actor, request.params))

  registerRoute(app, routeCatalogue.updateReminder, async (request) => chat.updateReminder(request.actor, { ...request.body, ...request.params }))

  registerRoute(app, routeCatalogue.cancelReminder, async (request) => {
    await chat.cancelReminder(request.actor, request.params)
    return null
  })
}
