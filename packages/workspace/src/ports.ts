import type { Boot, SystemNote } from '@afrochat/contracts'
import type { Db, Tx, UnitOfWork } from '@afrochat/database'
import type { UserId, WorkspaceId } from '@afrochat/kernel'
import type { ChannelRow } from './channels/channels.repository.ts'

/** A picture as it is kept and served. */
export interface EncodedImage {
  readonly bytes: Buffer
  readonly contentType: string
  readonly width: number
  readonly height: number
}

/** Decodes what people send as pictures. */
export interface ImageEncoder {
  /**
   * Makes it anew, with nothing in it but pixels, and so small that neither side is longer than `maxSide`. Animations stay
   * animated. Throws `unsupported_media_type`, `invalid_image`, `image_too_large`, or `service_unavailable` when there are
   * more than it can do.
   */
  encode(bytes: Buffer, maxSide: number): Promise<EncodedImage>
}

/** Words of ours, with names and titles that somebody else chose (`quoted`), or a link into the installation. */
export type MailBlock = readonly (string | { readonly quoted: string })[] | { readonly label: string; readonly url: string }

/** The way out for mail. */
export interface Mailer {
  /**
   * Hands a mail to the mail server, in bounded time, and tries it once. `key` is the same for the same thing, however
   * often it is sent. `rejected`: it will never be taken. `failed`: it may be later; whether it has been is unknown.
   */
  send(mail: {
    readonly key: string
    readonly to: string
    readonly subject: readonly (string | { readonly quoted: string })[]
    readonly body: readonly MailBlock[]
  }): Promise<'accepted' | 'rejected' | 'failed'>
}

/** Keeps invites from being a way to fill mailboxes: of one person, and to one address. */
export interface InviteMailGuard {
  /** Counts one that is about to be made. Throws `rate_limited` when there were too many, and `unavailable` when nothing can be counted. */
  admit(mail: InviteMailCount): Promise<void>
  /** It was not made after all. */
  giveBack(mail: InviteMailCount): Promise<void>
}

export interface InviteMailCount {
  readonly userId: UserId
  readonly email: string
}

/** What happened in a channel, to be said in it. */
export interface ChannelNote {
  readonly channel: Pick<ChannelRow, 'id' | 'workspace_id'>
  /** Who did it. */
  readonly actorId: UserId
  readonly note: Pick<SystemNote, 'type'> & Partial<SystemNote>
}

/**
 * What the structure needs of what is said in it, without knowing how that is done. The domain `chat` implements it;
 * everything happens in the transaction that is handed in.
 */
export interface Conversation {
  /**
   * Posts system messages, in this order, after the events that they speak of. The channels' heads are locked; each takes
   * its channel's next `seq`. They count as unread for nobody; who was added is mentioned.
   */
  note(uow: UnitOfWork, notes: readonly ChannelNote[]): Promise<void>
  /** What a first screen shows of what somebody keeps. In the snapshot of the boot. */
  readBoot(snapshot: Db, who: { readonly userId: UserId; readonly workspaceId: WorkspaceId }): Promise<Pick<Boot, 'drafts' | 'threads'>>
  /** Cancels what somebody who leaves the workspace had planned in it: scheduled messages and reminders. */
  cancelPlanned(tx: Tx, who: { readonly userId: UserId; readonly workspaceId: WorkspaceId }): Promise<void>
}
