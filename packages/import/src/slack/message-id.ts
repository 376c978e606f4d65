import { createHash } from 'node:crypto'
import type { ChannelId, MessageId } from '@afrochat/kernel'

/**
 * The id of a message of an import: a UUIDv7 (RFC 9562) of its original time whose random part follows from the channel
 * and that time, which is unique there. Importing again gives the same, and a reply knows its root's without asking.
 */
export function importedMessageId(channelId: ChannelId, microseconds: number): MessageId {
  const time = Math.floor(microseconds / 1000).toString(16).padStart(12, '0')
  const hex = createHash('sha256').update(`slack ${channelId} ${microseconds}`).digest('hex')
  const variant = '89ab'.charAt(Number.parseInt(hex.charAt(3), 16) & 3)
  const id = `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}-${variant}${hex.slice(4, 7)}-${hex.slice(8, 20)}`
  // It was just made in the form of one.
  return id as MessageId
}
