import type { BodyOf, Channel, channelRoutes } from '@afrochat/contracts'
import { isUniqueViolation, lockHeads, type Tx, type UnitOfWork } from '@afrochat/database'
import type { Actor, ChannelId } from '@afrochat/kernel'
import { recordAudit } from '../audit/record-audit.ts'
import { joinEverybody } from '../members/join-everybody.ts'
import * as memberChannels from '../members/member-channels.repository.ts'
import type { ChannelAction } from '../permissions/channel-permissions.ts'
import type { ChannelNote } from '../ports.ts'
import { toDescription, toTopic } from '../text/description.ts'
import * as workspaces from '../workspaces/workspaces.repository.ts'
import type { ChannelDeps } from './channel-deps.ts'
import * as listing from './channel-listing.repository.ts'
import { normalizeChannelName } from './channel-name.ts'
import { announceChange } from './channel-news.ts'
import { channelEmpty, defaultChannelNotPublic, lastDefaultChannel, nameTaken } from './channel.errors.ts'
import { assertMay } from './channel.policy.ts'
import { toChannel } from './channel.view.ts'
import * as channels from './channels.repository.ts'
import type { ChannelChanges, ChannelRow } from './channels.repository.ts'
import { assertOpen, getChannelFor, lockChannelFor } from './load-channel.ts'

export type UpdateChannel = BodyOf<typeof channelRoutes.updateChannel> & { readonly channel_id: ChannelId }

const fields = ['name', 'topic', 'description', 'kind', 'posting', 'is_default'] as const
type Field = (typeof fields)[number]

/** What each field may be changed by. */
const actions: Readonly<Record<Field, ChannelAction>> = {
  name: 'channel.update',
  topic: 'channel.update',
  description: 'channel.update',
  kind: 'channel.convert',
  posting: 'channel.set_posting',
  is_default: 'channel.set_default',
}

/** Changes what a channel is, all fields that are given or none. Its id stays, and so do its members and messages. */
export async function updateChannel({ transact, conversation }: ChannelDeps, actor: Actor, input: UpdateChannel): Promise<Channel> {
  const wanted = toWanted(input)
  const updated = await transact(actor, async (uow) => {
    if (wanted.is_default !== undefined) await lockDefaults(uow.tx, actor, input.channel_id)
    const access = await lockChannelFor(uow.tx, actor, { id: input.channel_id, action: 'channel.read' })
    for (const field of fieldsOf(wanted)) assertMay(actions[field], access)
    assertOpen(access.channel)

    const change = { channel: access.channel, changes: differences(access.channel, wanted) }
    if (fieldsOf(change.changes).length > 0) {
      await assertPossible(uow.tx, change)
      await write(uow, change)
      await conversation.note(uow, notesOf(change).map((note) => ({ channel: change.channel, actorId: actor.userId, note })))
      await audit(uow.tx, actor, change)
    }
    return toChannel(await listing.getFor(uow.tx, actor.userId, access.channel.id))
  })
  if (wanted.is_default !== true) return updated
  await joinEverybody({ transact }, actor, input.channel_id)
  return transact(actor, async ({ tx }) => toChannel(await listing.getFor(tx, actor.userId, input.channel_id)))
}

/**
 * Nobody comes into the workspace, or becomes a full member, while it is decided which channels they come into. Before
 * the caller's own place is locked, which is the order of all locks, so what they may is looked at here too.
 */
async function lockDefaults(tx: Tx, actor: Actor, id: ChannelId): Promise<void> {
  const { channel } = await getChannelFor(tx, actor, { id, action: actions.is_default })
  await lockHeads(tx, [id])
  await workspaces.lock(tx, channel.workspace_id)
}

type Wanted = Pick<ChannelChanges, Field>

/** As it is kept. What is not given is not there. */
function toWanted({ name, topic, description, kind, posting, is_default }: UpdateChannel): Wanted {
  return {
    ...(name !== undefined && { name: normalizeChannelName(name) }),
    ...(topic !== undefined && { topic: toTopic(topic) }),
    ...(description !== undefined && { description: toDescription(description) }),
    ...(kind !== undefined && { kind }),
    ...(posting !== undefined && { posting }),
    ...(is_default !== undefined && { is_default }),
  }
}

const fieldsOf = (wanted: Wanted): Field[] => fields.filter((field) => wanted[field] !== undefined)

const differences = (channel: ChannelRow, wanted: Wanted): Wanted =>
  Object.fromEntries(fieldsOf(wanted).filter((field) => wanted[field] !== channel[field]).map((field) => [field, wanted[field]]))

interface Change {
  /** As it was. */
  readonly channel: ChannelRow
  readonly changes: Wanted
}

async function assertPossible(tx: Tx, { channel, changes }: Change): Promise<void> {
  const { kind, is_default } = { ...channel, ...changes }
  if (is_default && kind !== 'public') throw defaultChannelNotPublic()
  // Of a private channel only its members decide, so there would never be one again.
  if (changes.kind === 'private' && channel.member_count === 0) throw channelEmpty()
  if (changes.is_default !== false) return
  const defaults = await memberChannels.listDefaultIds(tx, channel.workspace_id)
  if (defaults.every((id) => id === channel.id)) throw lastDefaultChannel()
}

async function write(uow: UnitOfWork, { channel, changes }: Change): Promise<void> {
  try {
    await channels.update(uow.tx, channel.id, changes)
    if (changes.kind === 'private') await memberChannels.forgetKept(uow.tx, channel)
  } catch (error) {
    if (isUniqueViolation(error, channels.NAME_KEY)) throw nameTaken(error)
    throw error
  }
  await announceChange(uow, 'channel_updated', channel)
}

/** What is said of it in the channel. That it is a default channel concerns those who are not in it. */
const told = [
  ['name', 'channel_renamed'], ['topic', 'topic_changed'], ['description', 'description_changed'], ['kind', 'channel_converted'], ['posting', 'posting_changed'],
] as const

const notesOf = ({ channel, changes }: Change): ChannelNote['note'][] =>
  told.flatMap(([field, type]) => (changes[field] === undefined ? [] : [{ type, from: channel[field], to: changes[field] }]))

/** What concerns who may do what. What the channel is called and is about is said in it. */
async function audit(tx: Tx, actor: Actor, { channel, changes }: Change): Promise<void> {
  const act = { workspaceId: channel.workspace_id, targetId: channel.id }
  if (changes.kind !== undefined) {
    await recordAudit(tx, actor, { ...act, action: 'channel_converted', details: { from: channel.kind, to: changes.kind } })
  }
  const rules = fieldsOf(changes).filter((field) => field === 'posting' || field === 'is_default')
  if (rules.length === 0) return
  const details = Object.fromEntries(rules.map((field) => [field, { from: channel[field], to: changes[field] }]))
  await recordAudit(tx, actor, { ...act, action: 'channel_updated', details })
}
