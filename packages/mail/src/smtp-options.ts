import { isIP } from 'node:net'
import type { SMTPPoolOptions } from 'nodemailer'

/** The mail server, and how it is talked to. */
export interface SmtpServer {
  readonly host: string
  readonly port: number
  readonly username: string | null
  readonly password: string | null
  /** Whether nothing is said to it without TLS, or TLS is taken when it is offered (`tlsFor`). */
  readonly tls: 'required' | 'offered'
  /** A certificate authority that tests made for themselves. No setting leads here; operators have NODE_EXTRA_CA_CERTS. */
  readonly ca?: string
}

/** At once; a worker runs as many of these jobs. */
const CONNECTIONS = 4
/** To connect, to be greeted, and for each answer: a server that is silent for longer is not there. */
const PATIENCE_MS = 10_000
/** Servers end idle connections after some minutes at best; this comes before them. */
const IDLE_MS = 20_000
/** What is still to be said by then is nothing that anybody reads. */
const FAREWELL_MS = 100
/** TLS from the first byte, by what the port is for (RFC 8314). */
const IMPLICIT_TLS_PORT = 465

export function smtpOptions({ host, port, username, password, tls, ca }: SmtpServer): SMTPPoolOptions & { pool: true } {
  return {
    pool: true, host, port,
    ...(username !== null && { auth: { user: username, pass: password ?? '' } }),
    secure: port === IMPLICIT_TLS_PORT,
    requireTLS: tls === 'required',
    // A server on this machine has nothing to prove, and seldom a certificate with which it could.
    tls: { rejectUnauthorized: tls === 'required' || !isLoopback(host), ...(ca !== undefined && { ca }) },
    maxConnections: CONNECTIONS,
    connectionTimeout: PATIENCE_MS, greetingTimeout: PATIENCE_MS, socketTimeout: PATIENCE_MS, dnsTimeout: PATIENCE_MS,
    idleTimeout: IDLE_MS,
    // A server that does not hang up in return keeps no worker from stopping.
    socketCloseTimeout: FAREWELL_MS,
    // A connection that turns out to be dead costs one more try. All other trying again is the caller's.
    maxRequeues: 1,
    // Neither is ever asked for; a mistake in a mail must not reach for them.
    disableFileAccess: true, disableUrlAccess: true,
  }
}

/** By the setting; this machine is exempt, because nobody listens in between. */
export const tlsFor = (host: string, isRequired: boolean): SmtpServer['tls'] => (isRequired && !isLoopback(host) ? 'required' : 'offered')

/** Whether a host is this machine, by how it is written. */
function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1')
  return name === 'localhost' || name.endsWith('.localhost') || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'))
}
