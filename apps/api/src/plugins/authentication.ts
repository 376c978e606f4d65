import fp from 'fastify-plugin'
import type { onRequestHookHandler } from 'fastify'
import type { Auth } from '@afrochat/auth'
import type { Origin } from '@afrochat/kernel'
import { authorizationRequired, invalidToken } from '@afrochat/auth'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks. `userId` is null where signing in is not asked for. */
    actor: Origin
  }
}

const BEARER = /^bearer +([^ ]+)$/i

/** Puts the signed-in person on every request, before anything of its body is read. A route is open only if its catalogue entry says so. */
export const authentication = fp<{ auth: Pick<Auth, 'authenticate'> }>(async (app, { auth }) => {
  app.decorateRequest('actor')

  const signedIn: onRequestHookHandler = async (request) => {
    const header = request.headers.authorization
    if (header === undefined || header === '') throw authorizationRequired()
    const token = BEARER.exec(header)?.[1]
    if (token === undefined) throw invalidToken()
    const { userId, sessionId } = await auth.authenticate(token)
    request.actor = { userId, sessionId, requestId: request.id } as Origin
  }
  const anyone: onRequestHookHandler = (request, _reply, done) => {
    request.actor = { userId: null, requestId: request.id }
    done()
  }

  app.addHook('onRoute', (route) => {
    const access = route.config?.operation?.access
    if (access === undefined) return
    route.onRequest = [...[route.onRequest ?? []].flat(), access === 'anyone' ? anyone : signedIn]
  })
}, { name: 'authentication', dependencies: ['error-handler'] })
