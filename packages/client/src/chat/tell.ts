import type { ClientEvent, ScheduledMessage, SharedMessage, SyncEvent } from '../index.ts'
import type { ChatState } from './chat-state.ts'
import { cleanName } from './clean-text.ts'
import type { Room } from './room.ts'
import type { Screen } from './screen.ts'

export interface Happened {
  readonly event: SyncEvent
  /** The messages that it changed, as they were, in the open channel. */
  readonly before: readonly SharedMessage[]
  /** If it was one, as it is now. */
  readonly after: SharedMessage | undefined
}

export interface TellDeps {
  readonly state: ChatState
  readonly screen: Screen
  readonly room: Room | null
}

/** Says on the screen what has happened, if it matters where one is. State and room know of it already. */
export async function tell(deps: TellDeps, happened: Happened): Promise<void> {
  const { event } = happened
  if (event.type === 'workspace_refreshed' || event.type === 'channel_refreshed' || event.workspace_id !== deps.state.workspace.id) return
  if (event.type === 'workspace_gone') return
  if (event.channel_id !== null && event.channel_id === deps.room?.channelId) return tellHere(deps, deps.room, happened)
  tellElsewhere(deps, event)
}

/** Who came, left or changed something in the channel is said by messages of the system, and not once more. */
async function tellHere({ state, screen }: TellDeps, room: Room, { event, before, after }: Happened): Promise<void> {
  const say = (text: string): void => screen.print(screen.style.dim(text))
  const nameOf = (id: string): string => cleanName(room.context().nameOf(id))
  const seen = before.filter(({ deleted_at, id }) => deleted_at === null && room.isShown(id))
  const [one] = seen
  if (event.type === 'message_sent' && after !== undefined) return room.show(after)
  if (event.type === 'member_left' && event.data.user_id === state.me) return say('You are not in this channel any more')
  if (event.type === 'channel_deleted') return say('This channel was deleted')
  if (one === undefined) return
  switch (event.type) {
    case 'message_updated': if (after?.deleted_at === null) await tellUpdate(room, one, after); return
    case 'message_deleted': case 'messages_bulk_deleted': return say(`${seen.map(({ seq }) => `#${seq}`).join(', ')} ${seen.length === 1 ? 'was' : 'were'} deleted`)
    case 'message_unpinned': return say(`#${one.seq} is not pinned any more`)
    case 'thread_updated': if (event.data.locked !== one.locked) say(`#${one.seq}: the thread was ${event.data.locked ? 'locked' : 'unlocked'}`); return
    case 'reaction_added': return say(`#${one.seq}: ${cleanName(event.data.emoji)} from ${nameOf(event.data.user_id)}`)
    case 'reaction_removed': return say(`#${one.seq}: ${nameOf(event.data.user_id)} took ${cleanName(event.data.emoji)} back`)
    default: return
  }
}

/** An edit shows the message again; a preview, which comes some time after it, only itself. */
async function tellUpdate(room: Room, before: SharedMessage, after: SharedMessage): Promise<void> {
  if (after.content !== before.content) await room.showAgain(after)
  else if (after.previews.length > before.previews.length) room.showPreviews(after)
}

function tellElsewhere({ state, screen }: TellDeps, event: ClientEvent): void {
  const say = (text: string): void => screen.print(screen.style.dim(text))
  const alert = (text: string): void => screen.print(screen.style.alert(text))
  switch (event.type) {
    case 'message_sent': if (isForMe(state, event.data)) alert(`You are mentioned in ${labelOf(state, event)} (/open ${labelOf(state, event)})`); return
    case 'channel_created': return say(`There is a new channel: /join ${cleanName(event.data.name ?? '')}`)
    case 'member_joined': if (isAddedByAnother(state, event.data)) say(`You are in ${labelOf(state, event)} now: /open ${labelOf(state, event)}`); return
    case 'workspace_member_joined': return say(`${cleanName(event.data.user.display_name)} has joined the workspace`)
    case 'scheduled_message_updated': if (event.data.status === 'failed') alert(notSent(event.data)); return
    case 'reminder_updated': if (event.data.status === 'fired') alert(`Reminder: ${cleanName(event.data.content ?? 'of a message, see /reminders')}`); return
    default: return
  }
}

function notSent({ content, failure_code }: ScheduledMessage): string {
  return `A scheduled message was not sent (${cleanName(failure_code ?? 'unknown')}): ${cleanName(content)}`
}

function isForMe(state: ChatState, { user_id, mentions, deleted_at }: SharedMessage): boolean {
  const { user_ids, group_ids, channel } = mentions
  const names = user_ids.includes(state.me) || channel !== null || group_ids.some((id) => state.isInGroup(id))
  return names && user_id !== state.me && deleted_at === null
}

function isAddedByAnother({ me }: ChatState, { user, added_by }: Extract<ClientEvent, { type: 'member_joined' }>['data']): boolean {
  return user.id === me && added_by !== null && added_by !== me
}

function labelOf(state: ChatState, { channel_id }: ClientEvent): string {
  const channel = channel_id === null ? undefined : state.channel(channel_id)
  return channel === undefined ? 'a channel' : cleanName(state.labelOf(channel))
}
