import type { Channel } from '@afrochat/contracts'
import type { Actor, ChannelId } from '@afrochat/kernel'
import { recordAudit } from '../audit/record-audit.ts'
import type { ChannelDeps } from './channel-deps.ts'
import * as listing from './channel-listing.repository.ts'
import { announceChange } from './channel-news.ts'
import { cantArchiveDefaultChannel, channelImporting } from './channel.errors.ts'
import { toChannel } from './channel.view.ts'
import * as channels from './channels.repository.ts'
import { lockChannelFor } from './load-channel.ts'

/**
 * Makes a channel read-only for good, until it is brought back: nothing is written in it and nobody comes or goes. Its
 * members, what they keep about it and its name stay. Archiving twice changes nothing.
 */
export async function archiveChannel({ transact, conversation }: ChannelDeps, actor: Actor, channelId: ChannelId): Promise<Channel> {
  return transact(actor, async (uow) => {
    const { channel } = await lockChannelFor(uow.tx, actor, { id: channelId, action: 'channel.archive' })
    if (channel.is_default) throw cantArchiveDefaultChannel()
    if (channel.archived_at === null) {
      await channels.update(uow.tx, channelId, { archived_at: new Date() })
      await announceChange(uow, 'channel_archived', channel)
      await conversation.note(uow, [{ channel, actorId: actor.userId, note: { type: 'channel_archived' } }])
      await recordAudit(uow.tx, actor, { workspaceId: channel.workspace_id, action: 'channel_archived', targetId: channelId })
    }
    return toChannel(await listing.getFor(uow.tx, actor.userId, channelId))
  })
}

/** Brings an archived channel back as it was. */
export async function unarchiveChannel({ transact, conversation }: ChannelDeps, actor: Actor, channelId: ChannelId): Promise<Channel> {
  return transact(actor, async (uow) => {
    const { channel } = await lockChannelFor(uow.tx, actor, { id: channelId, action: 'channel.archive' })
    // Or else people would write between the messages of other times.
    if (await channels.isFilling(uow.tx, channelId)) throw channelImporting()
    if (channel.archived_at !== null) {
      await channels.update(uow.tx, channelId, { archived_at: null })
      await announceChange(uow, 'channel_unarchived', channel)
      await conversation.note(uow, [{ channel, actorId: actor.userId, note: { type: 'channel_unarchived' } }])
      await recordAudit(uow.tx, actor, { workspaceId: channel.workspace_id, action: 'channel_unarchived', targetId: channelId })
    }
    return toChannel(await listing.getFor(uow.tx, actor.userId, channelId))
  })
}
