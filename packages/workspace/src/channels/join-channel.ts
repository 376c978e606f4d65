import type { Channel } from '@afrochat/contracts'
import type { Transact } from '@afrochat/database'
import type { Actor, ChannelId } from '@afrochat/kernel'
import * as people from '../workspaces/people.repository.ts'
import * as listing from './channel-listing.repository.ts'
import { toChannel } from './channel.view.ts'
import { assertOpen, lockChannelFor } from './load-channel.ts'
import { beginMemberships } from './memberships.ts'

/** Joins a public channel; who is a member already stays one, and nothing happens. */
export async function joinChannel({ transact }: { transact: Transact }, actor: Actor, channelId: ChannelId): Promise<Channel> {
  return transact(actor, async (uow) => {
    const { channel, membership } = await lockChannelFor(uow.tx, actor, { id: channelId, action: 'channel.join' })
    assertOpen(channel)
    if (membership === null) {
      await beginMemberships(uow, [{ channel, user: await people.get(uow.tx, actor.userId), role: 'member' }], null)
    }
    return toChannel(await listing.getFor(uow.tx, actor.userId, channelId))
  })
}
