import type { FastifyRequest, onRequestHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import { authorizationRequired, invalidToken, type AccessFacts, type Auth } from '@afrochat/auth'
import type { Actor, Origin } from '@afrochat/kernel'
import type { ClassLimiters } from '../rate-limits/class-limiters.ts'
import { addressOf, countBy } from './rate-limit.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks. `userId` is null where signing in is not asked for. */
    actor: Origin
  }
}

const BEARER = /^bearer +([^ ]+) *$/i

/**
 * Puts the signed-in person on every request, before anything of its body is read. Only the catalogue opens an operation
 * to everybody. The token comes in the header and nowhere else: addresses end up in logs and histories. Who has no good
 * token is counted as anybody is.
 */
export const authentication = fp<{ auth: Pick<Auth, 'authenticate'>; limiters: ClassLimiters }>(async (app, { auth, limiters }) => {
  app.decorateRequest('actor')
  const countAnybody = limiters.ANON && countBy(limiters.ANON, addressOf)

  const signedIn: onRequestHookHandler = (request, reply, done) => {
    const facts = attempt(() => auth.authenticate(tokenOf(request)))
    // Nearly always known already: no promise then, since every request passes here.
    if (facts instanceof Promise) return void facts.then(admit, refuse)
    return facts instanceof Error ? refuse(facts) : admit(facts)

    function admit({ userId, sessionId }: AccessFacts): void {
      const actor: Actor = { userId, sessionId, requestId: request.id }
      request.actor = actor
      done()
    }
    function refuse(error: Error): void {
      if (!countAnybody) return done(error)
      countAnybody(request, reply).then(() => done(error), done)
    }
  }

  app.addHook('onRoute', (route) => {
    const access = route.config?.operation?.access
    if (access === undefined) return
    route.onRequest = [...[route.onRequest ?? []].flat(), access === 'anyone' ? anyone : signedIn]
  })
}, { name: 'authentication', dependencies: ['error-handler', 'catalogue-guard'] })

const anyone: onRequestHookHandler = (request, _reply, done) => {
  request.actor = { userId: null, requestId: request.id }
  done()
}

function tokenOf({ headers: { authorization } }: FastifyRequest): string {
  if (authorization === undefined || authorization === '') throw authorizationRequired()
  const token = BEARER.exec(authorization)?.[1]
  if (token === undefined) throw invalidToken()
  return token
}

function attempt<T>(work: () => T): T | Error {
  try {
    return work()
  } catch (error) {
    return error instanceof Error ? error : new Error('authentication failed', { cause: error })
  }
}
