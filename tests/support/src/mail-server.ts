import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { simpleParser, type ParsedMail } from 'mailparser'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { mailCertificate, mailCertificateKey } from './mail-certificate.ts'

/** A mail as it came in. */
export interface ReceivedMail extends ParsedMail {
  /** Whom the sender named to the server, which is who would get it. */
  readonly recipients: readonly string[]
  readonly envelopeFrom: string
  readonly isEncrypted: boolean
  /** As whom the sender signed in. */
  readonly user: string | undefined
  readonly raw: string
}

/** A real SMTP server on this machine, which keeps what it gets. */
export interface MailServer {
  readonly host: string
  readonly port: number
  readonly mails: readonly ReceivedMail[]
  /** Connections so far. */
  readonly connections: number
  /** Those to this address. */
  to(address: string): ReceivedMail[]
  /** Ends all connections without a word, and is there for others. */
  hangUp(): void
  close(): Promise<void>
}

export interface MailServerFacts {
  /** Whether it offers STARTTLS, with a certificate for `localhost`. */
  readonly tls?: boolean
  readonly user?: { readonly name: string; readonly password: string }
  /** Asked at each recipient: a code with which it is refused, such as 550; undefined: it is taken. */
  readonly refuse?: (address: string) => number | undefined
  /** Asked when the whole mail is there. It is kept, but the answer is this, or none before this resolves. */
  readonly afterData?: (mail: ReceivedMail) => number | undefined | Promise<number | undefined>
}

export { mailCertificate }

export async function startMailServer({ tls = false, user, refuse, afterData }: MailServerFacts = {}): Promise<MailServer> {
  const mails: ReceivedMail[] = []
  let connections = 0
  const server = new SMTPServer({
    ...(tls ? { key: mailCertificateKey, cert: mailCertificate } : { hideSTARTTLS: true }),
    authOptional: user === undefined,
    allowInsecureAuth: true,
    // Nobody waits for a peer that is to be gone.
    closeTimeout: 100,
    onConnect(_session, callback) {
      connections += 1
      callback()
    },
    onAuth({ username, password }, _session, callback) {
      if (username === user?.name && password === user?.password) callback(null, { user: username })
      else callback(refusal(535))
    },
    onRcptTo({ address }, _session, callback) {
      const code = refuse?.(address)
      callback(code === undefined ? null : refusal(code, address))
    },
    onData(stream, session, callback) {
      const receive = async () => {
        const raw = Buffer.concat(await stream.toArray() as Buffer[])
        const { mailFrom, rcptTo } = session.envelope
        const mail: ReceivedMail = {
          ...await simpleParser(raw),
          recipients: rcptTo.map(({ address }) => address),
          envelopeFrom: mailFrom === false ? '' : mailFrom.address,
          isEncrypted: session.secure,
          user: session.user,
          raw: raw.toString('utf8'),
        }
        mails.push(mail)
        return afterData?.(mail)
      }
      receive().then((code) => callback(code === undefined ? null : refusal(code)), callback)
    },
  } satisfies SMTPServerOptions)
  // Peers that vanish are what some tests are about.
  server.on('error', () => undefined)
  const sockets = new Set<Socket>()
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')

  return {
    host: '127.0.0.1',
    // Listening on a port, it has such an address.
    port: (server.server.address() as AddressInfo).port,
    mails,
    get connections() {
      return connections
    },
    to: (address) => mails.filter(({ recipients }) => recipients.includes(address)),
    hangUp() {
      for (const socket of sockets) socket.destroy()
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

/** Servers like to say whom they refuse. */
const refusal = (code: number, address = 'it'): Error => Object.assign(new Error(`${code} No mail for <${address}>`), { responseCode: code })
