import type { ErrorBody } from '@afrochat/contracts'
import type { BuiltRequest } from './build-request.ts'
import type { CallOptions } from './calls.ts'
import { ApiError, NetworkError } from './errors.ts'

export interface Transport {
  /** Of the server, without `/api/v1`. */
  readonly url: string
  readonly fetch: typeof globalThis.fetch
}

/** 30 s: longer than any answer takes while the server is well, and shorter than a person waits. */
const TIMEOUT_MS = 30_000

/** One attempt. Gives the parsed body (null for 204) or the bytes, or throws `ApiError`, `NetworkError`, or the reason of the caller's signal. */
export async function sendOnce(transport: Transport, request: BuiltRequest & { readonly token: string | null }, options: CallOptions): Promise<unknown> {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS)
  try {
    const response = await transport.fetch(`${transport.url}${request.path}`, {
      method: request.method,
      headers: headersOf(request),
      ...(request.body === undefined ? {} : { body: request.body }),
      signal: options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]),
    })
    if (request.givesBytes && response.ok) return new Uint8Array(await response.arrayBuffer())
    return toAnswer(response, await response.text())
  } catch (error) {
    if (error instanceof ApiError || options.signal?.aborted) throw error
    throw new NetworkError(timeout.aborted ? 'The server did not answer in time' : 'The server cannot be reached', { cause: error })
  }
}

function headersOf({ token, ...request }: Pick<BuiltRequest, 'contentType' | 'givesBytes' | 'idempotencyKey'> & { token: string | null }): Record<string, string> {
  const { contentType, givesBytes, idempotencyKey } = request
  return {
    accept: givesBytes ? '*/*' : 'application/json',
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
    ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  }
}

function toAnswer(response: Response, text: string): unknown {
  const body = text === '' ? null : parseJson(text)
  if (response.ok && body !== undefined) return body
  const requestId = response.headers.get('x-request-id')
  throw new ApiError({
    status: response.status,
    body: isErrorBody(body) ? body : notOurs(response.status, requestId),
    retryAfterSeconds: toSeconds(response.headers.get('retry-after')),
  })
}

/** A proxy in between answers as it likes. */
function notOurs(status: number, requestId: string | null): ErrorBody {
  return { error: `The answer (status ${status}) is not one of this server's`, code: 'unexpected_answer', request_id: requestId ?? '' }
}

function isErrorBody(body: unknown): body is ErrorBody {
  return typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string' && 'error' in body
}

/** Seconds from now, of either form that the header has: a number, or a date. */
function toSeconds(header: string | null): number | null {
  if (header === null) return null
  const seconds = /^\d+$/.test(header) ? Number(header) : Math.ceil((Date.parse(header) - Date.now()) / 1000)
  return Number.isNaN(seconds) ? null : Math.max(0, seconds)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
