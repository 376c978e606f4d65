import type { Socket } from 'node:net'
import { STATUS_CODES } from 'node:http'
import type { ErrorBody } from '@afrochat/contracts'
import { newId } from '@afrochat/kernel'
import { SECURITY_HEADERS } from './security-headers.ts'

interface Refusal {
  readonly status: number
  readonly code: string
  readonly message: string
}

/** What Node.js refuses before there is a request: by the code of its error. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: { status: 431, code: 'headers_too_large', message: 'The request headers are too large' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, code: 'request_timeout', message: 'The request took too long to arrive' },
}
const MALFORMED: Refusal = { status: 400, code: 'invalid_request', message: 'Malformed request' }

/** For Fastify's `clientErrorHandler`: the product's form of error also for what is not HTTP. Closes the connection. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const { status, code, message } = REFUSALS[error.code ?? ''] ?? MALFORMED
  const requestId = newId()
  const body = JSON.stringify({ error: message, code, request_id: requestId } satisfies ErrorBody)
  const headers = { ...SECURITY_HEADERS, 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body), 'x-request-id': requestId, connection: 'close' }
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('')
  // After this nothing of the connection can be trusted to be a request.
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${head}\r\n${body}`, () => socket.destroy())
}
