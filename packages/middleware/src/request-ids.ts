import type { IncomingMessage } from 'node:http'
import fp from 'fastify-plugin'
import { newId } from '@afrochat/kernel'

const HEADER = 'x-request-id'
/** What may stand in a log line, a header and an event as it is. */
const WELL_FORMED = /^[\w.:+/=-]{1,100}$/

/** The caller's own id of the request when it is well formed, else a new one. For Fastify's `genReqId`. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers[HEADER]
  return typeof given === 'string' && WELL_FORMED.test(given) ? given : newId()
}

/** Every answer says which request it answers. */
export const requestIds = fp(async (app) => {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header(HEADER, request.id)
    done()
  })
}, { name: 'request-ids' })
