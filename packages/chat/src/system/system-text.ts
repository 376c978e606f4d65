import type { SystemNote } from '@afrochat/contracts'
import type { UserId } from '@afrochat/kernel'

/** What the message says in English. Clients that speak another language make their own sentence of the note. */
export function systemText(actorId: UserId, note: SystemNote): string {
  return `${person(actorId)} ${sentences[note.type](note)}`
}

/** After who did it. */
const sentences: { readonly [T in SystemNote['type']]: (note: SystemNote) => string } = {
  member_joined: () => 'joined the channel',
  members_added: ({ user_ids }) => `added ${people(user_ids)} to the channel`,
  member_left: () => 'left the channel',
  member_removed: ({ user_ids }) => `removed ${people(user_ids)} from the channel`,
  channel_renamed: ({ from, to }) => `renamed the channel from ${from ?? ''} to ${to ?? ''}`,
  topic_changed: ({ to }) => (to === null ? 'cleared the topic' : `set the topic: ${to}`),
  description_changed: ({ to }) => (to === null ? 'cleared the description' : `set the description: ${to}`),
  channel_archived: () => 'archived the channel',
  channel_unarchived: () => 'brought the channel back from the archive',
  channel_converted: ({ to }) => `made the channel ${to ?? ''}`,
  posting_changed: ({ to }) => (to === 'managers' ? 'made the channel read-only: managers and admins post in it' : 'let everybody in the channel post again'),
  message_pinned: () => 'pinned a message',
}

const person = (id: UserId) => `<@${id}>`

function people(ids: readonly UserId[]): string {
  const all = ids.map(person)
  const last = all.pop() ?? ''
  return all.length === 0 ? last : `${all.join(', ')} and ${last}`
}
