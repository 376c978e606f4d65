import type { FastifyPluginAsync } from 'fastify'
import type { Chat } from '@afrochat/chat'
import { routeCatalogue } from '@afrochat/contracts'
import { registerRoute } from '../../register-route.ts'

type UnreadRoutes = Pick<Chat, 'getUnreads' | 'listThreads' | 'markAllRead'>

export const unreadRoutes: FastifyPluginAsync<{ chat: UnreadRoutes }> = async (app, { chat }) => {
  registerRoute(app, routeCatalogue.getUnreads, async (request) => chat.getUnreads(request.actor, request.params.workspace_id))

  registerRoute(app, routeCatalogue.listThreads, async (request) => chat.listThreads(request.actor, { ...request.query, ...request.params }))

  registerRoute(app, routeCatalogue.markAllRead, async (request) => chat.markAllRead(request.actor, request.params.workspace_id))
}
