import { isUtf8 } from 'node:buffer'
import fp from 'fastify-plugin'
import { DomainError } from '@afrochat/kernel'

const NOT_UTF8 = new DomainError('invalid', 'invalid_json', 'The request body is not UTF-8')
const NO_BYTES = new DomainError('invalid', 'invalid_request', 'The request body is empty')
const NO_BODY = new DomainError('invalid', 'invalid_request', 'This operation takes no request body')

/**
 * Bodies are JSON and nothing else: every other media type is refused, so that no other parser is there to be confused.
 * (What takes bytes instead has a scope of its own: register-route.ts.)
 */
export const jsonBody = fp(async (app) => {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    // Clients that always name a media type send no body with it where there is nothing to send.
    if (body.length === 0) return done(null, undefined)
    // Decoded leniently, broken bytes would be stored as other text than was sent.
    if (!isUtf8(body)) return done(NOT_UTF8, undefined)
    return parse(request, body.toString('utf8'), done)
  })

  app.addHook('preValidation', (request, _reply, done) => {
    const operation = request.routeOptions.config.operation
    if (operation === undefined) return done()
    if (operation.media !== undefined) return done(isEmpty(request.body) ? NO_BYTES : undefined)
    if (operation.body === undefined) return done(isEmpty(request.body) ? undefined : NO_BODY)
    // Where every field may be left out, so may the braces.
    if (request.body === undefined && isOptional(operation.body)) request.body = {}
    done()
  })
}, { name: 'json-body', dependencies: ['error-handler'] })

const isOptional = ({ required = [] }: { required?: readonly string[] }): boolean => required.length === 0

function isEmpty(body: unknown): boolean {
  if (Buffer.isBuffer(body)) return body.length === 0
  return body === undefined || body === null || (typeof body === 'object' && !Array.isArray(body) && Object.keys(body).length === 0)
}
