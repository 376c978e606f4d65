import type { FastifyPluginAsync } from 'fastify'
import type { Auth } from '@afrochat/auth'
import { routeCatalogue } from '@afrochat/contracts'
import { registerRoute } from '../../register-route.ts'

type Users = Pick<
  Auth,
  'getMe' | 'getUser' | 'updateProfile' | 'setStatus' | 'clearStatus' | 'getPreferences' | 'updatePreferences' | 'setPresence' | 'deactivateOwnAccount'
>

export const userRoutes: FastifyPluginAsync<{ auth: Users }> = async (app, { auth }) => {
  registerRoute(app, routeCatalogue.getMe, async (request) => auth.getMe(request.actor))
  registerRoute(app, routeCatalogue.updateMe, async (request) => auth.updateProfile(request.actor, request.body))
  registerRoute(app, routeCatalogue.deactivateMe, async (request) => {
    await auth.deactivateOwnAccount(request.actor, { password: request.body.password, address: request.ip })
    return null
  })
  registerRoute(app, routeCatalogue.setStatus, async (request) => auth.setStatus(request.actor, request.body))
  registerRoute(app, routeCatalogue.clearStatus, async (request) => {
    await auth.clearStatus(request.actor)
    return null
  })
  registerRoute(app, routeCatalogue.setPresence, async (request) => auth.setPresence(request.actor, request.body))
  registerRoute(app, routeCatalogue.getPreferences, async (request) => auth.getPreferences(request.actor))
  registerRoute(app, routeCatalogue.updatePreferences, async (request) => auth.updatePreferences(request.actor, request.body))
  registerRoute(app, routeCatalogue.getUser, async (request) => auth.getUser(request.actor, request.params.user_id))
}
