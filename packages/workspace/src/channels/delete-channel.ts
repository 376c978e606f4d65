import { nextSeq, type Transact } from '@afrochat/database'
import type { Actor, ChannelId } from '@afrochat/kernel'
import { recordAudit } from '../audit/record-audit.ts'
import * as members from './channel-members.repository.ts'
import { announceEnd } from './channel-news.ts'
import { cantDeleteDefaultChannel } from './channel.errors.ts'
import * as channels from './channels.repository.ts'
import { lockChannelFor } from './load-channel.ts'

/**
 * Takes a channel away, an archived one too: from this moment it does not exist for anybody, and its name is free. What
 * was said in it is removed in the background.
 */
export async function deleteChannel({ transact }: { transact: Transact }, actor: Actor, channelId: ChannelId): Promise<void> {
  await transact(actor, async (uow) => {
    const { channel } = await lockChannelFor(uow.tx, actor, { id: channelId, action: 'channel.delete' })
    if (channel.is_default) throw cantDeleteDefaultChannel()
    const seq = await nextSeq(uow.tx, channelId)
    // All memberships end with the one event, however many there are.
    await members.endAll(uow.tx, { channelId, toSeq: seq })
    await channels.update(uow.tx, channelId, { deleted_at: new Date() })
    announceEnd(uow, channel, seq)
    const { workspace_id: workspaceId, name, kind } = channel
    await recordAudit(uow.tx, actor, { workspaceId, action: 'channel_deleted', targetId: channelId, details: { name, kind } })
  })
}
