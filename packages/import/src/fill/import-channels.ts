import type { ChannelId, UserId } from '@afrochat/kernel'
import { openImportedChannel } from '@afrochat/workspace'
import type { ChannelSource } from '../survey/channel-sources.ts'
import * as progress from './import-channels.repository.ts'
import type { Account, FillDeps } from './import-people.ts'
import * as refs from './import-refs.repository.ts'

/** The channel that a channel of the export is filled into. */
export interface OpenedChannel {
  readonly id: ChannelId
  readonly isNew: boolean
}

export interface ChannelOpening {
  readonly accounts: ReadonlyMap<string, Account>
  readonly keyOf: (externalId: string) => string
  /** Stands in for creators who are not known. */
  readonly ownerId: UserId
}

/** Makes the channel, unless an earlier run has. */
export async function importChannel(
  { transact, origin, workspaceId, notices }: FillDeps,
  source: ChannelSource,
  { accounts, keyOf, ownerId }: ChannelOpening,
): Promise<OpenedChannel> {
  const idOf = (externalId: string) => accounts.get(keyOf(externalId))?.id
  const opened = await transact(origin, async (uow) => {
    await refs.lock(uow.tx, workspaceId)
    const ref = (await refs.list(uow.tx, workspaceId, [source.externalId])).find(({ kind }) => kind === 'channel')
    // A channel's reference was made with the id of a channel.
    if (ref !== undefined) return { id: ref.local_id as ChannelId, name: undefined }
    const channel = await openImportedChannel(uow, {
      workspaceId,
      kind: source.kind,
      name: source.name,
      topic: source.topic,
      description: source.description,
      createdBy: (source.creator === undefined ? undefined : idOf(source.creator)) ?? ownerId,
      createdAt: source.createdAt ?? new Date(),
      memberIds: source.members.flatMap((externalId) => idOf(externalId) ?? []),
    })
    await progress.insert(uow.tx, channel.id, source.fingerprint)
    await refs.insert(uow.tx, workspaceId, [{ kind: 'channel', external_id: source.externalId, local_id: channel.id }])
    return channel
  })
  if (opened.name !== undefined && opened.name !== source.name) notices.note('channel_renamed', `${source.name} → ${opened.name}`)
  return { id: opened.id, isNew: opened.name !== undefined }
}
