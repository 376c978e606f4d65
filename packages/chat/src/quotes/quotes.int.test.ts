import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Channel, Message, Workspace } from '@afrochat/contracts'
import { newId, type MessageId } from '@afrochat/kernel'
import { createChatWorld, type ChatWorld, type TestUser } from '@afrochat/test-support'

const refused = (code: string): unknown => expect.objectContaining({ name: 'DomainError', code })

let world: ChatWorld
let place: Workspace
let owner: TestUser
let alice: TestUser
let bob: TestUser
/** Of alice and bob. */
let channel: Channel
/** Of alice alone. */
let secret: Channel
beforeAll(async () => {
  world = await createChatWorld()
  owner = await world.aUser()
  place = await world.aWorkspace({ owner })
  alice = await world.aMember({ of: place })
  bob = await world.aMember({ of: place })
})
beforeEach(async () => {
  channel = await world.aChannel({ in: place, by: owner, members: [alice, bob] })
  secret = await world.aChannel({ in: place, by: alice, private: true })
})
afterAll(() => world.close())

const linkTo = async ({ id }: Message, by = alice) => (await world.chat.getPermalink(by, id)).permalink
const quoting = async (...quoted: Message[]) => {
  const links = await Promise.all(quoted.map((message) => linkTo(message)))
  return world.aMessage({ in: channel, by: alice, content: links.join(' ') })
}
const quotesOf = async (id: MessageId, by: TestUser) => (await world.chat.getMessage(by, id)).quotes
const says = (content: string, to: Channel = channel) => world.aMessage({ in: to, by: alice, content })

describe('a message with the permalink of another', () => {
  it('shows what that says, in every read and in the answer to its author', async () => {
    const said = await says('the plan')
    const sent = await quoting(said)
    const quote = { message_id: said.id, channel_id: channel.id, user_id: alice.userId, content: 'the plan', created_at: said.created_at }
    expect(sent).toMatchObject({ quoted_message_ids: [said.id], quotes: [quote] })
    expect(await world.chat.getMessage(bob, sent.id)).toEqual(sent)
    expect((await world.chat.listMessages(bob, { channel_id: channel.id })).items[0]).toEqual(sent)
    expect((await world.chat.listChanges(bob, { channel_id: channel.id, since: said.seq })).items).toEqual([sent])
  })

  it('tells by its event which messages it quotes, and nothing of what they say', async () => {
    const said = await says('the secret plan', secret)
    const sent = await quoting(said)
    const [event] = await world.storedEvents(channel.id, sent.seq - 1)
    expect(JSON.parse(event?.payload ?? '')).toMatchObject({ quoted_message_ids: [said.id] })
    expect(event?.payload).not.toContain('secret plan')
    expect(event?.payload).not.toContain('"quotes"')
  })

  it('shows of a private channel something to its members alone, for as long as they are members', async () => {
    const said = await says('between us', secret)
    const sent = await quoting(said)
    expect(sent.quotes).toMatchObject([{ content: 'between us' }])
    expect(await quotesOf(sent.id, bob)).toEqual([])
    expect(await quotesOf(sent.id, owner)).toEqual([])
    await world.workspace.addChannelMembers(alice, { channel_id: secret.id, user_ids: [bob.userId] })
    expect(await quotesOf(sent.id, bob)).toMatchObject([{ content: 'between us' }])
    await world.workspace.leaveChannel(bob, secret.id)
    expect(await quotesOf(sent.id, bob)).toEqual([])
  })

  it('shows a guest nothing of the public channels that they are not in', async () => {
    const guest = await world.aMember({ of: place, role: 'guest', channels: [channel] })
    const open = await world.aChannel({ in: place, by: owner, members: [alice] })
    const sent = await quoting(await says('for members', open), await says('here'))
    expect((await quotesOf(sent.id, guest)).map(({ content }) => content)).toEqual(['here'])
    expect((await quotesOf(sent.id, bob)).map(({ content }) => content)).toEqual(['for members', 'here'])
  })

  it('shows nothing of another workspace to who is not in it', async () => {
    const elsewhere = await world.aWorkspace({ owner: alice })
    const said = await world.aMessage({ in: await world.generalOf(elsewhere, alice), by: alice, content: 'elsewhere' })
    const sent = await quoting(said)
    expect(sent.quotes).toMatchObject([{ content: 'elsewhere' }])
    expect(await quotesOf(sent.id, bob)).toEqual([])
  })

  it('shows what is quoted as it is now: edited, or gone', async () => {
    const said = await says('before')
    const sent = await quoting(said)
    await world.chat.editMessage(alice, { message_id: said.id, content: 'after' })
    expect(await quotesOf(sent.id, bob)).toMatchObject([{ content: 'after' }])
    await world.chat.deleteMessage(alice, said.id)
    expect(await quotesOf(sent.id, bob)).toEqual([])
    expect(await world.chat.getMessage(bob, sent.id)).toMatchObject({ quoted_message_ids: [said.id] })
  })

  it('shows what is quoted, and not what that quotes', async () => {
    const said = await says('the beginning')
    const second = await quoting(said)
    const third = await quoting(second)
    const { id: message_id, channel_id, user_id, content, created_at } = second
    expect(third.quotes).toEqual([{ message_id, channel_id, user_id, content, created_at }])
  })

  it('may quote itself once it is edited to, and what does not exist, without saying so', async () => {
    const said = await says('me')
    const link = await linkTo(said)
    expect((await world.chat.editMessage(alice, { message_id: said.id, content: link })).quotes).toMatchObject([{ message_id: said.id, content: link }])
    const nobody = newId<MessageId>()
    const sent = await world.aMessage({ in: channel, by: alice, content: link.replace(said.id, nobody) })
    expect(sent).toMatchObject({ quoted_message_ids: [nobody], quotes: [] })
  })
})

describe('the permalink of a message', () => {
  it('is for who may read it, and there is none of a deleted one', async () => {
    const said = await says('x', secret)
    for (const who of [bob, owner, await world.aUser()]) await expect(linkTo(said, who)).rejects.toEqual(refused('message_not_found'))
    await world.chat.deleteMessage(alice, said.id)
    await expect(linkTo(said)).rejects.toEqual(refused('message_not_found'))
  })
})
