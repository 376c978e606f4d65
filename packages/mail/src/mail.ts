/**
 * What is sent to one person. There is no way to hand over HTML, headers or a second recipient: the words are ours, and
 * what other people wrote is quoted in them.
 */
export interface Mail {
  /**
   * Of what is told, the same however often it is sent: letters, digits, `-`. It is the Message-ID, by which mailboxes
   * and people recognise what they have already.
   */
  readonly key: string
  /** One address. */
  readonly to: string
  readonly subject: Line
  readonly body: readonly Block[]
}

/** Words of ours, with what others wrote among them. */
export type Line = readonly (string | Quoted)[]

/** A name or a title that somebody chose: shown on one line, not too long, and never as a link. */
export interface Quoted {
  readonly quoted: string
}

/** A paragraph, or a link into the installation. */
export type Block = Line | MailLink

export interface MailLink {
  readonly label: string
  readonly url: string
}
