import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { Auth, Device } from '@afrochat/auth'
import { routeCatalogue } from '@afrochat/contracts'
import { plainAddress } from '@afrochat/middleware'
import { registerRoute } from '../../register-route.ts'

type AuthRoutes = Pick<Auth, 'register' | 'login' | 'refresh' | 'logout' | 'listSessions' | 'revokeSession' | 'revokeAllSessions'>

export const authRoutes: FastifyPluginAsync<{ auth: AuthRoutes }> = async (app, { auth }) => {
  registerRoute(app, routeCatalogue.register, async (request) => {
    const { email, username, password, display_name: displayName } = request.body
    return auth.register({ email, username, password, displayName, ...asker(request) })
  })

  registerRoute(app, routeCatalogue.login, async (request) => auth.login({ ...request.body, ...asker(request) }))

  registerRoute(app, routeCatalogue.refresh, async (request) =>
    auth.refresh({ refreshToken: request.body.refresh_token, ...asker(request) }))

  registerRoute(app, routeCatalogue.logout, async (request) => {
    await auth.logout(request.actor)
    return null
  })

  registerRoute(app, routeCatalogue.listSessions, async (request) => auth.listSessions(request.actor, request.query))

  registerRoute(app, routeCatalogue.revokeSession, async (request) => {
    await auth.revokeSession(request.actor, request.params.session_id)
    return null
  })

  registerRoute(app, routeCatalogue.revokeAllSessions, async (request) => {
    await auth.revokeAllSessions(request.actor)
    return null
  })
}

/** Who is at the other end, before anybody has signed in. */
function asker(request: FastifyRequest): { device: Device; requestId: string } {
  return { device: { address: plainAddress(request.ip), userAgent: request.headers['user-agent'] ?? null }, requestId: request.id }
}
