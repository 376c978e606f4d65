import type { Channel } from '@afrochat/contracts'
import type { Actor, ChannelId } from '@afrochat/kernel'
import * as people from '../workspaces/people.repository.ts'
import type { ChannelDeps } from './channel-deps.ts'
import * as listing from './channel-listing.repository.ts'
import { toChannel } from './channel.view.ts'
import { assertOpen, lockChannelFor } from './load-channel.ts'
import { beginMemberships } from './memberships.ts'

/** Joins a public channel; who is a member already stays one, and nothing happens. */
export async function joinChannel({ transact, conversation }: ChannelDeps, actor: Actor, channelId: ChannelId): Promise<Channel> {
  return transact(actor, async (uow) => {
    const { channel, membership } = await lockChannelFor(uow.tx, actor, { id: channelId, action: 'channel.join' })
    assertOpen(channel)
    if (membership === null) {
      await beginMemberships(uow, [{ channel, user: await people.get(uow.tx, actor.userId), role: 'member' }], null)
      await conversation.note(uow, [{ channel, actorId: actor.userId, note: { type: 'member_joined' } }])
    }
    return toChannel(await listing.getFor(uow.tx, actor.userId, channelId))
  })
}
