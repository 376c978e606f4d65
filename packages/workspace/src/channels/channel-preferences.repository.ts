import { sql, type Selectable } from 'kysely'
import type { ChannelUserStatesTable, Tx } from '@afrochat/database'
import type { ChannelId, UserId } from '@afrochat/kernel'

export type ChannelPreferences = Pick<Selectable<ChannelUserStatesTable>, 'muted' | 'notify' | 'starred'>

/** Sets those that are given. Whether that changed anything: of two at once the later one sees what the other left. */
export async function set(
  tx: Tx,
  { channelId, userId }: { channelId: ChannelId; userId: UserId },
  wanted: { readonly [K in keyof ChannelPreferences]?: ChannelPreferences[K] | undefined },
): Promise<boolean> {
  const { muted = null, notify = null, starred = null } = wanted
  const { rows } = await sql`
    insert into channel_user_states as state (channel_id, user_id, muted, notify, starred)
    values (${channelId}, ${userId}, coalesce(${muted}, false), coalesce(${notify}, 'default'), coalesce(${starred}, false))
    on conflict (channel_id, user_id) do update
    set muted = coalesce(${muted}, state.muted), notify = coalesce(${notify}, state.notify), starred = coalesce(${starred}, state.starred)
    where (state.muted, state.notify, state.starred)
      is distinct from (coalesce(${muted}, state.muted), coalesce(${notify}, state.notify), coalesce(${starred}, state.starred))
    returning state.channel_id`.execute(tx)
  return rows.length > 0
}
