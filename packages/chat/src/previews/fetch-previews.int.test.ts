import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Channel, LinkPreview, Message, Workspace } from '@afrochat/contracts'
import { newId, type MessageId } from '@afrochat/kernel'
import { applyEvents, createChatWorld, type ChatWorld, type TestUser } from '@afrochat/test-support'
import type { WebPages } from '../ports.ts'
import { aWork } from '../testing/work.ts'

let world: ChatWorld
let workspace: Workspace
let alice: TestUser
let room: Channel

beforeAll(async () => {
  world = await createChatWorld()
  alice = await world.aUser()
  workspace = await world.aWorkspace({ owner: alice })
})
afterAll(() => world.close())
beforeEach(async () => {
  room = await world.aChannel({ in: workspace, by: alice })
})

/** A web whose pages have these titles, by URL. Asks are counted; something may happen while one is under way. */
function aWeb(titles: Readonly<Record<string, string>>, meanwhile: () => Promise<unknown> = async () => undefined) {
  const asked: string[] = []
  const pages: WebPages = {
    mayPointTo: (url) => !url.includes('private'),
    async visit(url, read) {
      asked.push(url)
      await meanwhile()
      const title = titles[url]
      if (title === undefined) return undefined
      return read({ url, contentType: 'text/html', body: onePiece(`<title>${title}</title>`) })
    },
  }
  return { asked, pages }
}

async function* onePiece(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

const fetchFor = (id: MessageId, pages: WebPages) => aWork(world, { pages }).fetchPreviews({ messageId: id, requestId: 'request-1' })
const post = (content: string) => world.aMessage({ in: room, by: alice, content })
const current = (id: MessageId) => world.chat.getMessage(alice, id)
const preview = (url: string, title: string): LinkPreview => ({ url, title, description: null, site_name: null, image_url: null })

/** A message whose one link has a page called T. */
async function aLinkedMessage(): Promise<{ message: Message; url: string }> {
  const url = `https://example.com/${newId()}`
  return { url, message: await post(`look: ${url}`) }
}

describe('the links of a message', () => {
  it('get their previews by a change that is no edit, told to the channel with what it comes from', async () => {
    const { message, url } = await aLinkedMessage()
    await fetchFor(message.id, aWeb({ [url]: 'T' }).pages)
    const after = await current(message.id)
    expect(after).toEqual({ ...message, previews: [preview(url, 'T')], change_seq: message.change_seq + 1 })
    const [event, ...more] = await world.storedEvents(room.id, message.seq)
    expect(more).toEqual([])
    expect(event).toMatchObject({ type: 'message_updated', seq: after.change_seq, actor_id: null, request_id: 'request-1', message_id: message.id })
  })

  it('leave nothing behind where no page answers', async () => {
    const { message, url } = await aLinkedMessage()
    const { asked, pages } = aWeb({})
    await fetchFor(message.id, pages)
    expect(asked).toEqual([url])
    expect(await current(message.id)).toEqual(message)
    expect(await world.storedEvents(room.id, message.seq)).toEqual([])
  })

  it('are asked five at most, in their order, those alone that may be of the public web, and never our own pages', async () => {
    const links = ['https://private.example', 'https://chat.example.com/w/acme', ...Array.from({ length: 6 }, (_, index) => `https://example.com/n${index}`)]
    const message = await post(links.join(' '))
    const { asked, pages } = aWeb(Object.fromEntries(links.map((link) => [link, `T ${link.at(-1)}`])))
    await fetchFor(message.id, pages)
    expect(asked).toEqual(links.slice(2, 7))
    expect((await current(message.id)).previews.map(({ url }) => url)).toEqual(links.slice(2, 7))
  })

  it('are not asked again when they have a preview, also when the job comes twice, or twice at once', async () => {
    const { message, url } = await aLinkedMessage()
    const { asked, pages } = aWeb({ [url]: 'T' })
    await Promise.all([fetchFor(message.id, pages), fetchFor(message.id, pages), fetchFor(message.id, pages)])
    await fetchFor(message.id, pages)
    expect(asked.length).toBeLessThanOrEqual(3)
    expect(await world.storedEvents(room.id, message.seq)).toHaveLength(1)
  })

  it('in code have no pages', async () => {
    const message = await post('`https://example.com`')
    const { asked, pages } = aWeb({})
    await fetchFor(message.id, pages)
    expect(asked).toEqual([])
  })
})

describe('what happens to a message while its pages are asked decides', () => {
  it.each([
    ['it is deleted', (id: MessageId) => world.chat.deleteMessage(alice, id)],
    ['its link is edited away', (id: MessageId) => world.chat.editMessage(alice, { message_id: id, content: 'never mind' })],
    ['its channel is archived', () => world.archive(room)],
    ['its channel is deleted', () => world.workspace.deleteChannel(alice, room.id)],
  ])('no preview comes where %s', async (_what, act) => {
    const { message, url } = await aLinkedMessage()
    const { pages } = aWeb({ [url]: 'T' }, () => act(message.id))
    await fetchFor(message.id, pages)
    const events = await world.storedEvents(room.id, message.seq)
    expect(events.filter(({ actor_id }) => actor_id === null)).toEqual([])
    const row = await world.db.selectFrom('messages').select('previews').where('id', '=', message.id).executeTakeFirst()
    expect(row?.previews).toEqual([])
  })

  it('its words are the present ones, with the previews of the links that are still there', async () => {
    const [kept, dropped, late] = [1, 2, 3].map(() => `https://example.com/${newId()}`) as [string, string, string]
    const message = await post(`${kept} ${dropped}`)
    const edit = () => world.chat.editMessage(alice, { message_id: message.id, content: `${late} and ${kept}` })
    let edited: Promise<unknown> | undefined
    await fetchFor(message.id, aWeb({ [kept]: 'K', [dropped]: 'D', [late]: 'L' }, () => (edited ??= edit())).pages)
    expect(await current(message.id)).toMatchObject({ content: `${late} and ${kept}`, previews: [preview(kept, 'K')] })
    await fetchFor(message.id, aWeb({ [late]: 'L' }).pages)
    expect((await current(message.id)).previews).toEqual([preview(late, 'L'), preview(kept, 'K')])
  })
})

describe('an edit', () => {
  it('takes the previews of links away that it takes away, and keeps the others', async () => {
    const [kept, dropped] = [`https://example.com/${newId()}`, `https://example.com/${newId()}`]
    const message = await post(`${kept} ${dropped}`)
    await fetchFor(message.id, aWeb({ [kept]: 'K', [dropped]: 'D' }).pages)
    await world.chat.editMessage(alice, { message_id: message.id, content: `only ${kept}.` })
    expect((await current(message.id)).previews).toEqual([preview(kept, 'K')])
  })
})

it('a deletion leaves no preview, in the message or in the log', async () => {
  const { message, url } = await aLinkedMessage()
  await fetchFor(message.id, aWeb({ [url]: 'A title to forget' }).pages)
  await world.chat.deleteMessage(alice, message.id)
  expect((await current(message.id)).previews).toEqual([])
  expect(JSON.stringify(await world.storedEvents(room.id))).not.toContain('to forget')
})

it('a message of an hour ago is left as it is', async () => {
  const { message, url } = await aLinkedMessage()
  await world.db.updateTable('messages').set({ created_at: new Date(Date.now() - 61 * 60_000) }).where('id', '=', message.id).execute()
  const { asked, pages } = aWeb({ [url]: 'T' })
  await fetchFor(message.id, pages)
  expect(asked).toEqual([])
})

it('whoever applies the events to what they had has what the API says now', async () => {
  const { message, url } = await aLinkedMessage()
  const state = await world.messagesOf(room.id, alice)
  await fetchFor(message.id, aWeb({ [url]: 'T' }).pages)
  const other = await post('https://example.org')
  await fetchFor(other.id, aWeb({ 'https://example.org': 'O' }).pages)
  await world.chat.editMessage(alice, { message_id: message.id, content: 'no link' })
  expect(applyEvents(state, await world.storedEvents(room.id, message.seq))).toEqual(await world.messagesOf(room.id, alice))
})
