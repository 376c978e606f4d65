import { createTransport, type NodemailerError } from 'nodemailer'
import type { Mail } from './mail.ts'
import { isMailAddress } from './mail-address.ts'
import { readRefusal } from './refusal.ts'
import { renderMail } from './render-mail.ts'
import { smtpOptions, type SmtpServer } from './smtp-options.ts'

/**
 * What became of a mail. `accepted`: the server has it, and all further is its own. `rejected`: it will never take it.
 * `failed`: it was not there, or could not take it now; whether it has it after all may be unknown.
 */
export type Delivery = 'accepted' | 'rejected' | 'failed'

export interface Mailer {
  /**
   * Hands a mail to the server. Answers in bounded time, whatever the server does, and rejects for nothing that the
   * server or the network do. It is tried once: who wants more sends again, with the same key.
   */
  send(mail: Mail): Promise<Delivery>
  /** Ends all connections. What is under way has failed. */
  close(): void
}

/** One attempt, for metrics and the log. Whom it was for is not in it. */
export interface Attempt {
  readonly key: string
  readonly outcome: Delivery
  /** What the server said, or what went wrong on the way. */
  readonly reply?: string
}

export interface MailerOptions {
  readonly server: SmtpServer
  /** Whom mails are from. */
  readonly sender: { readonly name: string; readonly address: string }
  /** Where people reach the installation: all links in mails lead there. */
  readonly publicUrl: string
  readonly onAttempt?: (attempt: Attempt) => void
  /** For tests, which do not wait for a minute. */
  readonly deadlineMs?: number
}

/** In all: a server that drips never lets a time-out of silence come. */
const DEADLINE_MS = 60_000

/** The way to the mail server. Nothing is connected before the first mail. */
export function createMailer({ server, sender, publicUrl, onAttempt = () => undefined, deadlineMs = DEADLINE_MS }: MailerOptions): Mailer {
  const transport = createTransport(smtpOptions(server))
  const domain = sender.address.slice(sender.address.lastIndexOf('@') + 1)
  const told = (attempt: Attempt): Delivery => {
    onAttempt(attempt)
    return attempt.outcome
  }

  return {
    async send(mail) {
      const { key, to } = mail
      assertKey(key)
      const content = renderMail(mail, publicUrl)
      if (!isMailAddress(to)) return told({ key, outcome: 'rejected', reply: 'No mail is sent to an address of this form' })
      try {
        await transport.sendMail({
          ...content,
          from: sender, to: { name: '', address: to },
          // Said apart from the headers, so that no reading of them decides who gets it.
          envelope: { from: sender.address, to: [to] },
          messageId: `<${key}@${domain}>`,
          // Nobody's absence note is wanted (RFC 3834).
          headers: { 'auto-submitted': 'auto-generated' },
          signal: AbortSignal.timeout(deadlineMs),
        })
        return told({ key, outcome: 'accepted' })
      } catch (error) {
        const { isPermanent, reply } = readRefusal(error as NodemailerError, to) // It rejects with nothing else.
        return told({ key, outcome: isPermanent ? 'rejected' : 'failed', reply })
      }
    },
    close: () => transport.close({ force: true }),
  }
}

function assertKey(key: string): void {
  if (!/^[a-z\d-]{1,100}$/i.test(key)) throw new TypeError('The key of a mail is letters, digits and -')
}
