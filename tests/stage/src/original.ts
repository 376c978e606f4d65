import type { Channel, CreatedInvite, Group, Reminder, ScheduledMessage, Workspace } from '@afrochat/contracts'
import type { TestApi } from '../../../apps/api/src/testing/test-api.ts'
import { Backstage, TAG, type Part } from './backstage.ts'
import { INSIDERS, nameIn, PLACES, type Insider, type Place } from './cast.ts'
import { aPicture } from './requests/pictures.ts'

/**
 * Everything on the stage by name (`user MC`, `channel private`, `message group dm`), as the product made it. In a direct
 * message the name says whose: `channel dm MC` is that of MC and PA.
 */
export interface Original {
  readonly ids: ReadonlyMap<string, string>
  readonly partOf: ReadonlyMap<string, Part>
}

/**
 * Full members who act, and those to whom it is done: `PA` is in everything, `TM` in nothing but `general`, `RM` will be
 * deactivated, `TA` is an admin, `TG` a guest of other channels.
 */
const MEMBERS = ['MN', 'MC', 'AU', 'CM', 'EX', 'DE', 'PA', 'TM', 'RM']
const ADMINS = ['AD', 'ADc', 'TA', 'OWc']
/** In every channel from its first day on. Guests are invited to it later. */
const IN_EVERY_CHANNEL = ['MC', 'AU', 'ADc', 'OWc', 'PA', 'EX', 'DE']
/** Each of them has an invite for members and an emoji of their own. */
const OWNING = ['PA', 'MN', 'MC', 'AU', 'CM', 'AD', 'ADc', 'OW', 'OWc']

/** Puts the world together over HTTP, so that it is in no state but those that the product makes. */
export async function makeOriginal(api: TestApi): Promise<Original> {
  const stage = new Backstage(api)
  await fillWorkspace(stage)
  await openDefault(stage)
  for (const place of ['public', 'private', 'archived', 'archived private', 'read-only', 'deleted'] as const) await openChannelPlace(stage, place)
  await openDirectMessages(stage)
  await openOtherWorkspace(stage)
  await makeThings(stage)
  await plan(stage)
  await becomeWhatTheyAre(stage)
  return stage
}

async function fillWorkspace(stage: Backstage): Promise<void> {
  for (const name of ['OW', ...MEMBERS, ...ADMINS, 'G1x', 'GM', 'GMx', 'TG']) await stage.come(name)
  stage.remember('workspace', await stage.as<Workspace>('OW', 'POST /workspaces', { name: 'Acme', slug: `acme-${TAG}` }))
  await stage.invite(MEMBERS, 'OW', { role: 'member' })
  await stage.invite(ADMINS, 'OW', { role: 'admin' })
  await stage.inWorkspace('OW', `PATCH /members/${stage.id('user OWc')}`, { role: 'owner' })
  for (const name of ['elsewhere', 'elsewhere too']) {
    const { id } = await openChannel(stage, name)
    stage.remember(`channel ${name}`, { id })
    await stage.as('CM', `POST /channels/${id}/members`, { user_ids: stage.userIds(['ADc', 'PA']) })
  }
  stage.remember('message elsewhere', await stage.say('PA', stage.id('channel elsewhere'), { content: 'hello' }))
  await stage.invite(['G1x'], 'ADc', { role: 'guest', single_channel: true, channel_ids: [stage.id('channel elsewhere')] })
  await stage.invite(['GM', 'GMx', 'TG'], 'ADc', { role: 'guest', channel_ids: [stage.id('channel elsewhere'), stage.id('channel elsewhere too')] })
}

const openChannel = (stage: Backstage, name: string) =>
  stage.inWorkspace<Channel>('CM', 'POST /channels', { name: name.replaceAll(' ', '-'), kind: name.includes('private') ? 'private' : 'public' })

async function openDefault(stage: Backstage): Promise<void> {
  const { items } = await stage.inWorkspace<{ items: Channel[] }>('OW', 'GET /channels')
  const general = items.find(({ is_default }) => is_default)
  if (general === undefined) throw new Error('A workspace has a default channel')
  stage.remember('channel default', general)
  await admitGuests(stage, general.id, 'default')
  await talk(stage, general.id, 'default')
}

/** A channel with all insiders in it, who talk there before it becomes what its name says. */
async function openChannelPlace(stage: Backstage, place: Place): Promise<void> {
  const { id } = await openChannel(stage, place)
  stage.remember(`channel ${place}`, { id }, place)
  await stage.as('CM', `POST /channels/${id}/members`, { user_ids: stage.userIds(IN_EVERY_CHANNEL) })
  await admitGuests(stage, id, place)
  await talk(stage, id, place)
  if (place === 'public') await stage.say('AU', id, { content: 'sent once', client_msg_id: 'once' })
}

async function admitGuests(stage: Backstage, channelId: string, place: Place): Promise<void> {
  for (const actor of ['G1', 'GM'] as const) {
    const name = nameIn(place, actor)
    if (stage.has(`user ${name}`)) {
      await stage.as('ADc', `POST /channels/${channelId}/members`, { user_ids: stage.userIds([name]) })
    } else {
      await stage.come(name, place)
      await stage.invite([name], 'ADc', { role: 'guest', single_channel: actor === 'G1', channel_ids: [channelId] })
    }
  }
}

/** PA has one with each of the insiders, and one with all of them; and there is one with somebody who will leave. */
async function openDirectMessages(stage: Backstage): Promise<void> {
  for (const place of ['dm', 'group dm'] as const) {
    const guest = nameIn(place, 'G1')
    await stage.come(guest, place)
    await stage.invite([guest], 'ADc', { role: 'guest', single_channel: true, channel_ids: [stage.id('channel elsewhere')] })
  }
  for (const actor of INSIDERS) {
    const { id } = await openDm(stage, 'PA', [nameIn('dm', actor)])
    stage.remember(`channel dm ${actor}`, { id }, 'dm')
    await talk(stage, id, 'dm', actor)
  }
  const { id } = await openDm(stage, 'PA', INSIDERS.map((actor) => nameIn('group dm', actor)))
  stage.remember('channel group dm', { id }, 'group dm')
  await talk(stage, id, 'group dm')
  stage.remember('channel dm with EX', await openDm(stage, 'MC', ['EX']), 'dm')
}

const openDm = (stage: Backstage, by: string, names: readonly string[]) => stage.inWorkspace<Channel>(by, 'POST /dms', { user_ids: stage.userIds(names) })

/** In a direct message of two, `party` is the one who is not PA. */
async function talk(stage: Backstage, channelId: string, place: Place, party?: Insider): Promise<void> {
  const author = party === undefined || party === 'AU' ? 'AU' : 'PA'
  for (const actor of party === undefined ? INSIDERS : [party]) {
    stage.remember(`own ${place} ${actor}`, await stage.say(nameIn(place, actor), channelId, { content: 'in my own words' }), place)
  }
  if (party === undefined) await stage.inheritFromLeavers(place, channelId)
  const message = await stage.say(author, channelId, { content: `hello <@${stage.id('user MC')}>` })
  await stage.as(author, `PATCH /messages/${message.id}`, { content: `hello, <@${stage.id('user MC')}>` })
  const root = await stage.say(author, channelId, { content: 'what do you think?' })
  const reply = await stage.say('PA', channelId, { content: 'much', thread_id: root.id })
  const locked = await stage.say(author, channelId, { content: 'that is all' })
  const pinned = await stage.say(author, channelId, { content: 'to be kept in mind' })
  await stage.as(author, `PUT /messages/${pinned.id}/pin`)
  const gone = await stage.say(author, channelId, { content: 'gone' })
  await stage.as(author, `DELETE /messages/${gone.id}`)
  for (const name of (party === undefined ? INSIDERS : [party]).map((actor) => nameIn(place, actor))) {
    await stage.as(name, `PUT /messages/${message.id}/reactions/${encodeURIComponent('👍')}`)
    await stage.as(name, `PUT /messages/${message.id}/saved`)
    await stage.as(name, `PUT /channels/${channelId}/draft`, { content: 'not yet' })
    await stage.as(name, `POST /channels/${channelId}/read`, { seq: root.seq })
  }
  // Also somebody who will not be able to read it any more.
  if (!place.endsWith('dm')) await stage.as('EX', `PUT /messages/${message.id}/saved`)
  // Nobody is in charge of a direct message.
  if (!place.endsWith('dm')) await stage.as('ADc', `PUT /messages/${locked.id}/lock`)
  for (const [name, made] of Object.entries({ message, root, reply, locked, pinned, gone })) {
    stage.remember(`${name} ${place}${party === undefined ? '' : ` ${party}`}`, made, place)
  }
}

async function openOtherWorkspace(stage: Backstage): Promise<void> {
  await stage.come('XW', 'other workspace')
  const workspace = await stage.as<Workspace>('XW', 'POST /workspaces', { name: 'Other', slug: `other-${TAG}` })
  const { items: [channel] } = await stage.as<{ items: [Channel] }>('XW', `GET /workspaces/${workspace.id}/channels`)
  const message = await stage.say('XW', channel.id, { content: 'elsewhere' })
  const invite = await stage.as<CreatedInvite>('XW', `POST /workspaces/${workspace.id}/invites`, {})
  const group = await stage.as<Group>('XW', `POST /workspaces/${workspace.id}/groups`, { handle: 'others', name: 'Others' })
  for (const [name, made] of Object.entries({ workspace, channel, message, invite, group })) stage.remember(`${name} of another workspace`, made, 'other workspace')
}

/** What a workspace has besides channels. */
async function makeThings(stage: Backstage): Promise<void> {
  const invite = async (name: string, by: string, facts: object = {}) => {
    stage.remember(`invite ${name}`, await stage.inWorkspace<CreatedInvite>(by, 'POST /invites', { role: 'member', ...facts }))
  }
  for (const name of [...OWNING, 'RM']) await invite(name, name)
  for (const name of OWNING) await stage.inWorkspace(name, `PUT /emoji/of_${name.toLowerCase()}`, aPicture)
  await stage.inWorkspace('PA', 'PUT /emoji/party', aPicture)
  stage.remember('group', await stage.inWorkspace<Group>('AD', 'POST /groups', { handle: 'friends', name: 'Friends', user_ids: stage.userIds(['PA', 'MC']) }))
  await invite('for another address', 'OW', { email: 'somebody@elsewhere.example' })
  await invite('revoked', 'OW')
  await stage.inWorkspace('OW', `DELETE /invites/${stage.id('invite revoked')}`)
  await invite('expired', 'OW')
  await stage.expire('invite expired')
  const usedUp = await stage.inWorkspace<CreatedInvite>('OW', 'POST /invites', { role: 'guest', channel_ids: [stage.id('channel elsewhere')], max_uses: 1 })
  stage.remember('invite used up', usedUp)
  await stage.come('NG')
  await stage.as('NG', `POST /invites/${usedUp.token}/accept`)
}

/** Everybody has a message that is to be sent later, where they may write, and a reminder. */
async function plan(stage: Backstage): Promise<void> {
  const guests = PLACES.map((place) => [nameIn(place, 'G1'), place.endsWith('dm') ? 'elsewhere' : place] as const)
  const others = [...MEMBERS, ...ADMINS, 'OW'].map((name) => [name, 'default'] as const)
  const strangers = ['GM', 'GMx', 'G1x'].map((name) => [name, 'elsewhere'] as const)
  for (const [name, place] of [...others, ...strangers, ...guests, ['GM default', 'default'] as const]) {
    const [channelId, part] = [stage.id(`channel ${place}`), stage.partOf.get(stage.id(`user ${name}`))]
    const scheduled = { channel_id: channelId, content: 'good morning', send_at: later(100) }
    stage.remember(`scheduled ${name}`, await stage.inWorkspace<ScheduledMessage>(name, 'POST /scheduled-messages', scheduled), part)
    stage.remember(`reminder ${name}`, await stage.inWorkspace<Reminder>(name, 'POST /reminders', { content: 'lunch', remind_at: later(100) }), part)
  }
}

const later = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString()

/** What only happens when everything is in its place. */
async function becomeWhatTheyAre(stage: Backstage): Promise<void> {
  for (const place of ['archived', 'archived private']) await stage.as('CM', `POST /channels/${stage.id(`channel ${place}`)}/archive`)
  await stage.as('CM', `PATCH /channels/${stage.id('channel read-only')}`, { posting: 'managers' })
  await stage.as('ADc', `DELETE /channels/${stage.id('channel deleted')}`)
  await stage.inWorkspace('EX', 'POST /leave')
  await stage.inWorkspace('OW', `DELETE /members/${stage.id('user RM')}`)
  await stage.as('DE', 'DELETE /users/me', { password: 'correct horse battery' })
}
