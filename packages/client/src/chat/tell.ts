import type { ClientEvent, SharedMessage, SyncEvent } from '../index.ts'
import type { ChatState } from './chat-state.ts'
import { cleanName } from './clean-text.ts'
import type { Room } from './room.ts'
import type { Screen } from './screen.ts'

export interface Happened {
  readonly event: SyncEvent
  /** The message that it changed, in the open channel. */
  readonly before: SharedMessage | undefined
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
  if (event.channel_id !== null && event.channel_id === deps.room?.channelId) return tellHere(deps, deps.room, happened)
  tellElsewhere(deps, event)
}

async function tellHere({ state, screen }: TellDeps, room: Room, { event, before, after }: Happened): Promise<void> {
  const say = (text: string): void => screen.print(screen.style.dim(text))
  const nameOf = (id: string): string => cleanName(room.context().nameOf(id))
  const wasShown = before !== undefined && before.deleted_at === null && room.isShown(before.id)
  switch (event.type) {
    case 'message_sent': if (after !== undefined) await room.show(after); return
    case 'message_updated': if (wasShown && after !== undefined && after.content !== before.content && after.deleted_at === null) await room.showAgain(after); return
    case 'message_deleted': if (wasShown) say(`#${before.seq} was deleted`); return
    case 'reaction_added': if (wasShown) say(`#${before.seq}: ${cleanName(event.data.emoji)} from ${nameOf(event.data.user_id)}`); return
    case 'reaction_removed': if (wasShown) say(`#${before.seq}: ${nameOf(event.data.user_id)} took ${cleanName(event.data.emoji)} back`); return
    case 'member_joined': say(`→ ${cleanName(event.data.user.display_name)} joined`); return
    case 'member_left': say(event.data.user_id === state.me ? 'You are not in this channel any more' : `← ${nameOf(event.data.user_id)} left`); return
    default: return
  }
}

function tellElsewhere({ state, screen }: TellDeps, event: ClientEvent): void {
  const say = (text: string): void => screen.print(screen.style.dim(text))
  switch (event.type) {
    case 'message_sent': if (isForMe(state, event.data)) screen.print(screen.style.alert(`You are mentioned in ${labelOf(state, event)} (/open ${labelOf(state, event)})`)); return
    case 'channel_created': say(`There is a new channel: /join ${cleanName(event.data.name ?? '')}`); return
    case 'member_joined': if (isAddedByAnother(state, event.data)) say(`You are in ${labelOf(state, event)} now: /open ${labelOf(state, event)}`); return
    case 'workspace_member_joined': say(`${cleanName(event.data.user.display_name)} has joined the workspace`); return
    default: return
  }
}

function isForMe(state: ChatState, { user_id, mentions, deleted_at }: SharedMessage): boolean {
  return user_id !== state.me && deleted_at === null && (mentions.user_ids.includes(state.me) || mentions.channel !== null)
}

function isAddedByAnother({ me }: ChatState, { user, added_by }: Extract<ClientEvent, { type: 'member_joined' }>['data']): boolean {
  return user.id === me && added_by !== null && added_by !== me
}

function labelOf(state: ChatState, { channel_id }: ClientEvent): string {
  const channel = channel_id === null ? undefined : state.channel(channel_id)
  return channel === undefined ? 'a channel' : cleanName(state.labelOf(channel))
}
