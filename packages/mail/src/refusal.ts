import type { NodemailerError } from 'nodemailer'

/** An answer of the server, shortened, without the address that it may quote. */
export interface Refusal {
  readonly isPermanent: boolean
  readonly reply: string
}

const MAX_REPLY = 300
/**
 * What is said about the recipient or the message. A refusal of the connection, of our account or of our sender is about
 * this installation: its operator mends that, and the mail can still be sent.
 */
const ABOUT_THE_MAIL = new Set(['RCPT TO', 'DATA'])

export function readRefusal(error: NodemailerError, to: string): Refusal {
  const { permanent = false, command = '', code = '' } = error
  const reply = error.response ?? error.message
  return {
    isPermanent: permanent && ABOUT_THE_MAIL.has(command),
    reply: [code, command, reply.replaceAll(to, '<the recipient>')].filter((part) => part !== '').join(' · ').slice(0, MAX_REPLY),
  }
}
