import type { Logger } from '@afrochat/logger'
import { createMailer, isMailAddress, tlsFor, type Attempt, type Mailer } from '@afrochat/mail'
import type { Registry } from '@afrochat/middleware'
import type { WorkerConfig } from './config.ts'
import { registerMailMetrics } from './metrics.ts'

/** The way to the mail server; undefined: there is none, which is said here. It may be away for as long as it likes. */
export function startMail({ mail, http }: Pick<WorkerConfig, 'mail' | 'http'>, { logger, registry }: { logger: Logger; registry: Registry }): Mailer | undefined {
  const { host, port, username, password, requireTls } = mail
  const count = registerMailMetrics(registry, host !== null)
  if (host === null) {
    logger.info('SMTP_HOST is not set: no mail is sent')
    return undefined
  }
  return createMailer({
    server: { host, port, username, password, tls: tlsFor(host, requireTls) },
    sender: senderOf(mail, http.publicUrl),
    publicUrl: http.publicUrl,
    onAttempt(attempt) {
      count(attempt)
      tell(logger, attempt)
    },
  })
}

/** Without a setting: the account at the mail server, which it surely lets us write as, or somebody at our own host. */
export function senderOf({ sender, username }: Pick<WorkerConfig['mail'], 'sender' | 'username'>, publicUrl: string): { name: string; address: string } {
  if (sender !== null) return sender
  return { name: 'AfroChat', address: username !== null && isMailAddress(username) ? username : `no-reply@${new URL(publicUrl).hostname}` }
}

function tell(logger: Logger, { key, outcome, reply }: Attempt): void {
  const facts = { mail: key, ...(reply !== undefined && { reply }) }
  if (outcome === 'accepted') logger.debug(facts, 'Mail: sent')
  else if (outcome === 'rejected') logger.warn(facts, 'Mail: the server will not take it; it is not tried again')
  else logger.warn(facts, 'Mail: not sent for now; it is tried again')
}
