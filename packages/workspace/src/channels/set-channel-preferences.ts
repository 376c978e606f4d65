import { memberStream, type BodyOf, type Channel, type channelRoutes } from '@afrochat/contracts'
import type { Transact, UnitOfWork } from '@afrochat/database'
import type { Actor, ChannelId } from '@afrochat/kernel'
import * as listing from './channel-listing.repository.ts'
import * as preferences from './channel-preferences.repository.ts'
import { toChannel } from './channel.view.ts'
import { getChannelFor } from './load-channel.ts'

export type SetChannelPreferences = BodyOf<typeof channelRoutes.setChannelPreferences> & { readonly channel_id: ChannelId }

/**
 * What the caller wants of a channel, archived or not, and of a public one also before they join. It is theirs alone,
 * and stays when they leave. Takes no lock of the channel: nothing of it depends on this.
 */
export async function setChannelPreferences({ transact }: { transact: Transact }, actor: Actor, input: SetChannelPreferences): Promise<Channel> {
  return transact(actor, async (uow) => {
    const { channel_id: channelId, ...wanted } = input
    await getChannelFor(uow.tx, actor, { id: channelId, action: 'channel.prefer' })
    const before = toChannel(await listing.getFor(uow.tx, actor.userId, channelId))
    const changed = await preferences.set(uow.tx, { channelId, userId: actor.userId }, wanted)
    const after = toChannel(await listing.getFor(uow.tx, actor.userId, channelId))
    const isNew = before.muted !== after.muted || before.notify !== after.notify || before.starred !== after.starred
    // Changed by this call: of two at once that want the same, one finds it done.
    if (changed && isNew) announce(uow, actor, { before, after })
    return after
  })
}

/** To one's own devices. In a muted channel not every mention counts, so muting may change what is left to read. */
function announce({ emit }: UnitOfWork, actor: Actor, { before, after }: { before: Channel; after: Channel }): void {
  const { id: channel_id, workspace_id: workspaceId, muted, notify, starred, last_seq: as_of_seq } = after
  const { last_read_seq, unread_count, mention_count, unread_capped } = after
  const own = { stream: memberStream(workspaceId, actor.userId), workspaceId }
  emit({ ...own, type: 'preferences_updated', payload: { channel: { channel_id, muted, notify, starred }, user: null } })
  if (mention_count === before.mention_count && unread_count === before.unread_count) return
  emit({ ...own, type: 'channel_read', payload: { channel_id, last_read_seq, unread_count, mention_count, unread_capped, as_of_seq } })
}
