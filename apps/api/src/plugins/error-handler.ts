import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { ErrorBody } from '@afrochat/contracts'
import { isDatabaseUnavailable } from '@afrochat/database'
import { DomainError, type ErrorDetail, type ErrorKind } from '@afrochat/kernel'
import { SECURITY_HEADERS } from './security-headers.ts'

const HTTP_STATUS: Record<ErrorKind, number> = {
  invalid: 400, unauthenticated: 401, forbidden: 403, not_found: 404, conflict: 409, gone: 410,
  too_large: 413, unsupported: 415, unprocessable: 422, rate_limited: 429, unavailable: 503,
}

/** What Fastify itself refuses, in the product's words. Everything else of its own below 500 is a malformed request. */
const REFUSED_BY_FASTIFY: Readonly<Record<string, DomainError>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: new DomainError('too_large', 'body_too_large', 'The request body is too large'),
  FST_ERR_CTP_INVALID_JSON_BODY: new DomainError('invalid', 'invalid_json', 'The request body is not valid JSON'),
}
/** An address without an operation takes what the others take. */
const unsupportedType = ({ routeOptions }: FastifyRequest) =>
  new DomainError('unsupported', 'unsupported_media_type', `Send ${routeOptions.config.operation?.media?.mediaTypes.join(', ') ?? 'JSON with Content-Type: application/json'}`)
const MALFORMED = new DomainError('invalid', 'invalid_request', 'Malformed request')
const UNKNOWN_ROUTE = new DomainError('not_found', 'not_found', 'There is nothing at this address')
/** A database that is being restarted is usually back within seconds. */
const UNAVAILABLE = new DomainError('unavailable', 'service_unavailable', 'The service is unavailable for the moment', { retryAfterSeconds: 2 })

/** More than a person reads; a body of a thousand unknown fields has as many faults. */
const MAX_DETAILS = 20

/** The one place where a failure becomes an HTTP answer: kind → status. */
export const errorHandler = fp(async (app) => {
  app.setErrorHandler((error: unknown, request, reply) => answer(toDomainError(error, request), request, reply))
  app.setNotFoundHandler((request, reply) => answer(UNKNOWN_ROUTE, request, reply))
}, { name: 'error-handler' })

/** For Fastify's `frameworkErrors`: an address that cannot be decoded is refused before any hook that sets headers. */
export function answerFrameworkError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  reply.headers({ ...SECURITY_HEADERS, 'x-request-id': request.id })
  void answer(toDomainError(error, request), request, reply)
}

function toDomainError(error: unknown, request: FastifyRequest): DomainError | undefined {
  if (error instanceof DomainError) return error
  if (isDatabaseUnavailable(error)) {
    request.log.warn({ err: error }, 'the database is unavailable')
    return UNAVAILABLE
  }
  if (isFastifyError(error) && error.validation) return invalidRequest(error.validation)
  if (isFastifyError(error) && error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return unsupportedType(request)
  if (isFastifyError(error) && (error.statusCode ?? 500) < 500) return REFUSED_BY_FASTIFY[error.code] ?? MALFORMED
  request.log.error({ err: error }, 'a request failed')
  return undefined
}

function answer(error: DomainError | undefined, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error === undefined) {
    return reply.code(500).send({ error: 'Something went wrong on our side', code: 'internal_error', request_id: request.id })
  }
  if (error.retryAfterSeconds !== undefined) reply.header('retry-after', error.retryAfterSeconds)
  if (error.kind === 'unauthenticated') reply.header('www-authenticate', 'Bearer')
  if (error.cause !== undefined) request.log.warn({ err: error.cause, code: error.code }, 'why a request was refused')
  const body: ErrorBody = { error: error.message, code: error.code, request_id: request.id }
  if (error.details.length > 0) body.details = error.details.slice(0, MAX_DETAILS)
  return reply.code(HTTP_STATUS[error.kind]).send(body)
}

function invalidRequest(faults: NonNullable<FastifyError['validation']>): DomainError {
  const details = faults.map(({ instancePath, message, params }): ErrorDetail => {
    const property = params['additionalProperty'] ?? params['missingProperty']
    const path = typeof property === 'string' ? `${instancePath}/${property.slice(0, 100)}` : instancePath
    return { path, message: message ?? 'is not valid' }
  })
  return new DomainError('invalid', 'invalid_request', 'The request is not valid', { details })
}

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && ('validation' in error || ('code' in error && 'statusCode' in error))
}
