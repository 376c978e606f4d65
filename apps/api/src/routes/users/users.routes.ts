import type { FastifyPluginAsync } from 'fastify'
import type { Auth } from '@afrochat/auth'
import { routeCatalogue } from '@afrochat/contracts'
import { registerRoute } from '../../register-route.ts'

export const userRoutes: FastifyPluginAsync<{ auth: Pick<Auth, 'getMe' | 'getUser'> }> = async (app, { auth }) => {
  registerRoute(app, routeCatalogue.getMe, async (request) => auth.getMe(request.actor))
  registerRoute(app, routeCatalogue.getUser, async (request) => auth.getUser(request.actor, request.params.user_id))
}
