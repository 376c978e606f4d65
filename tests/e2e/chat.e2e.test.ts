import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createClient, type Channel, type Client } from '@afrochat/client'
import { startStack, waitFor, type Stack } from '@afrochat/test-support'
import { startProxy } from '../chaos/src/proxy.ts'

const MAIN = join(import.meta.dirname, '..', '..', 'packages', 'client', 'src', 'chat', 'main.ts')
const PASSWORD = 'correct horse'

let stack: Stack
let home: string
beforeAll(async () => {
  stack = await startStack()
  home = mkdtempSync(join(tmpdir(), 'afrochat-chat-'))
})
afterAll(async () => {
  rmSync(home, { recursive: true })
  await stack.stop()
})

const running: ChildProcess[] = []
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill()
    await once(child, 'exit')
  }
})

interface Chat {
  type(...lines: string[]): void
  /** No more input. */
  end(): void
  said(): string
  sees(text: string): Promise<void>
  /** Its exit code. */
  ended(): Promise<number | null>
}

/** `npm run chat`, in a pipe. */
function chat(login: string, ...args: string[]): Chat {
  const env = {
    ...process.env, NODE_OPTIONS: '', AFROCHAT_URL: stack.apiUrl, AFROCHAT_SOCKET_URL: stack.socketUrl, AFROCHAT_SESSION_DIR: join(home, 'sessions'),
    AFROCHAT_LOGIN: login, AFROCHAT_PASSWORD: PASSWORD,
  }
  const child = spawn(process.execPath, [MAIN, ...args], { env })
  running.push(child)
  // Not `exit`, which may come before the last of what it said.
  const closed = once(child, 'close') as Promise<[number | null]>
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  return {
    type: (...lines) => void child.stdin.write(lines.map((line) => `${line}\n`).join('')),
    end: () => void child.stdin.end(),
    said: () => output,
    sees: async (text) => void (await waitFor(() => {
      if (output.includes(text)) return true
      throw new Error(`It has said:\n${output}`)
    }, { timeoutMs: 60_000, message: `"${text}"` })),
    ended: async () => (await closed)[0],
  }
}

let ada: Client
let general: Channel
let names: { ada: string; kofi: string; slug: string }
let count = 0

beforeEach(async () => {
  count += 1
  names = { ada: `ada${count}`, kofi: `kofi${count}`, slug: `studio-${count}` }
  ada = createClient({ url: stack.apiUrl })
  await ada.register({ email: `${names.ada}@chat.example`, username: names.ada, display_name: 'Ada', password: PASSWORD })
  const workspace = await ada.createWorkspace({ name: 'Studio', slug: names.slug })
  const { token } = await ada.createInvite({ workspace_id: workspace.id })
  const kofi = createClient({ url: stack.apiUrl })
  await kofi.register({ email: `${names.kofi}@chat.example`, username: names.kofi, display_name: 'Kofi', password: PASSWORD })
  await kofi.acceptInvite({ token })
  const [channel] = (await ada.boot({ workspace_id: workspace.id })).channels
  if (channel === undefined) throw new Error('a workspace without a channel')
  general = channel
})

describe('npm run chat', () => {
  it('says what is piped into it, and remembers the sign-in where nobody else can read it', async () => {
    const first = chat(names.ada, '--channel', 'general')
    first.type('hi from a script')
    first.end()
    expect(await first.ended()).toBe(0)
    // Of two days where midnight has come between.
    expect(first.said()).toMatch(/^Studio, as Ada\n— #general —\n— .* —\n#\d+ \d\d:\d\d Kofi joined the channel\n(?:— .* —\n)?#\d+ \d\d:\d\d Ada: hi from a script\n$/)
    const files = readdirSync(join(home, 'sessions'))
    expect(files.map((name) => statSync(join(home, 'sessions', name)).mode & 0o777)).toEqual(files.map(() => 0o600))

    const sessions = (await ada.listSessions({})).items.length
    const second = chat(names.ada, '--last', '1')
    second.end()
    expect(await second.ended()).toBe(0)
    expect(second.said()).toContain('hi from a script')
    expect((await ada.listSessions({})).items).toHaveLength(sessions)
  })

  it('says what is longer than a frame of its connection may be', async () => {
    const long = '漢'.repeat(30_000)
    const script = chat(names.ada, '--channel', 'general')
    script.type('before', long, 'after')
    script.end()
    expect(await script.ended()).toBe(0)
    const { items } = await ada.listMessages({ channel_id: general.id, limit: 3 })
    expect(items.map(({ content }) => content).toSorted()).toEqual(['after', 'before', long].toSorted())
  })

  it('lets two people talk: threads, reactions, edits, deletions', async () => {
    const [adas, kofis] = [chat(names.ada, '--follow'), chat(names.kofi, '--follow')]
    await Promise.all([adas, kofis].map((one) => one.sees('— #general —')))
    adas.type('hello kofi', 'see you at nine')
    await kofis.sees('Ada: see you at nine')
    kofis.type('/reply nine is fine', '/react 👍', '/thread')
    await adas.sees('Kofi: nine is fine')
    await adas.sees('👍 from Kofi')
    await kofis.sees('1 reply, /thread')
    adas.type('/edit see you at ten', 'this is a mistake')
    await kofis.sees('Ada: see you at ten (edited)')
    await kofis.sees('Ada: this is a mistake')
    adas.type('/delete')
    await kofis.sees('was deleted')
    await ada.sendMessage({ channel_id: general.id, content: '\u001b[2Jhonest\rforged\u202e' })
    await adas.sees('forged')
    adas.type('/nonsense', '/quit')
    expect(await adas.ended()).toBe(1)
    expect(adas.said()).toContain('! There is no command /nonsense.')
    expect(adas.said()).not.toMatch(/[\u001b\r\u202e]/)
  })

  it('makes channels, adds people, and takes them along by an invite link', async () => {
    const kofis = chat(names.kofi, '--follow')
    await kofis.sees('— #general —')
    const adas = chat(names.ada)
    adas.type('/create plans private', 'secret plans', `/add ${names.kofi}`, '/channels', '/invite')
    adas.end()
    expect(await adas.ended()).toBe(0)
    await kofis.sees('You are in 🔒plans now')
    kofis.type('/open plans', '/who', '/leave')
    await kofis.sees('Ada: secret plans')
    await kofis.sees('You are not in this channel any more')

    const [link = ''] = /http\S+\/invite\/\S+/.exec(adas.said()) ?? []
    const zuri = createClient({ url: stack.apiUrl })
    await zuri.register({ email: `zuri${count}@chat.example`, username: `zuri${count}`, display_name: 'Zuri', password: PASSWORD })
    const zuris = chat(`zuri${count}`, '--join', link)
    zuris.type('I am new here')
    zuris.end()
    expect(await zuris.ended()).toBe(0)
    await kofis.sees('Zuri has joined the workspace')
  })

  it('obeys what people type about their channels and messages', async () => {
    const adas = chat(names.ada)
    adas.type(
      '/create plans', '/topic All our plans', 'we meet at nine', '/pin', '/pins', '/save', '/saved', '/reply I bring the tea', '/thread', '/threads', '/link',
      '/star', '/mute', '/channels', '/unmute', '/unread', '/read', '/rename plans-2026', '/topic', '/topic -', '/archive', '/unarchive plans-2026', '/who', '/quit',
    )
    expect(await adas.ended()).toBe(0)
    const said = adas.said()
    for (const expected of [
      'Ada set the topic: All our plans', /#\d+ \d\d:\d\d Ada: we meet at nine\n/, 'Ada pinned a message', 'Pinned here:', 'we meet at nine (pinned)', 'is on your list: /saved',
      /#plans #\d+ .* Ada: we meet at nine/, /↳ #\d+ Ada: I bring the tea/, /#plans #\d+ Ada: we meet at nine\n/, /http\S+\/w\/studio-\d+\/c\/\S+\/m\/\S+/,
      /1 #plans ★ muted {2}All our plans\n/, 'You have read everything.', 'Everything is read.', 'Ada renamed the channel from plans to plans-2026', 'All our plans\n',
      'Ada cleared the topic', 'Ada archived the channel', 'Ada brought the channel back', /Ada @ada\d+ · manager · active\n/,
    ]) expect(said).toMatch(expected)
  })

  it('talks to people alone, and later', async () => {
    const kofis = chat(names.kofi, '--follow')
    await kofis.sees('— #general —')
    const adas = chat(names.ada)
    adas.type(
      `/dm @${names.kofi} are you there?`, '/mute', '/schedule 2h tea?', '/scheduled', '/unschedule 1', '/scheduled', '/remind 20m tea', '/reminders', '/forget 1', '/forget 1',
      '/status 🍵 having tea', '/who', '/open general', `calling @${names.kofi} and <!here>`, '/unread',
    )
    adas.end()
    expect(await adas.ended()).toBe(1)
    for (const expected of [
      '— @Kofi —', /Ada: are you there\?/, /To be said at .*: \/scheduled/, / {2}1 .* @Kofi: tea\?/, 'It will not be said.', 'Nothing is scheduled', /You will be reminded at .*/,
      / {2}1 .* tea\n/, 'Forgotten.', '! There is no number 1: /reminders shows them.', 'Everybody sees now what you are doing.', /Ada @ada\d+ · having tea/, /calling @Kofi and @here/,
    ]) expect(adas.said()).toMatch(expected)
    await kofis.sees('You are in @Ada now')
    await kofis.sees('calling @Kofi and @here')
    kofis.type('/unread', '/open @Ada', '/unread 1', '/quit')
    await kofis.sees('@Ada 1 unread, 1 for you')
    await kofis.sees('Ada: are you there?')
    expect(await kofis.ended()).toBe(0)
  })

  it('says what others do to what is on the screen, and when one is not there any more', async () => {
    const kofis = chat(names.kofi, '--follow')
    await kofis.sees('— #general —')
    const [root, other] = [await ada.sendMessage({ channel_id: general.id, content: 'a plan' }), await ada.sendMessage({ channel_id: general.id, content: 'a mistake' })]
    const { permalink } = await ada.getPermalink({ message_id: root.id })
    await ada.sendMessage({ channel_id: general.id, content: `as in ${permalink}` })
    await kofis.sees('    > Ada: a plan')
    await ada.pinMessage({ message_id: root.id })
    await kofis.sees('Ada pinned a message')
    await ada.unpinMessage({ message_id: root.id })
    await kofis.sees(`#${root.seq} is not pinned any more`)
    await ada.lockThread({ message_id: root.id })
    await kofis.sees(`#${root.seq}: the thread was locked`)
    kofis.type(`/reply ${root.seq} too late`)
    await kofis.sees('! Not sent')
    await ada.bulkDeleteMessages({ channel_id: general.id, message_ids: [root.id, other.id] })
    await kofis.sees(`#${root.seq}, #${other.seq} were deleted`)

    const [, kofi] = (await ada.listWorkspaceMembers({ workspace_id: general.workspace_id })).items
    if (kofi === undefined) throw new Error('kofi is in it')
    await ada.deactivateWorkspaceMember({ workspace_id: general.workspace_id, user_id: kofi.user.id })
    await kofis.sees('You are not in this workspace any more.')
    expect(await kofis.ended()).toBe(1)
  })

  it('says when the connection is away and back, and sends then what was typed meanwhile', async () => {
    const line = await startProxy(Number(new URL(stack.socketUrl).port))
    const kofis = chat(names.kofi, '--follow', '--socket-url', `ws://127.0.0.1:${line.port}/ws`)
    kofis.type('before')
    await kofis.sees('Kofi: before')
    // What is typed waits for half a minute: a gateway that was killed may need longer than that to be back, and to be found.
    line.stall()
    line.reset()
    await kofis.sees('reconnecting…')
    kofis.type('meanwhile')
    await kofis.sees('(to be sent when the connection is back: meanwhile)')
    await ada.sendMessage({ channel_id: general.id, content: 'missed' })
    line.resume()
    await kofis.sees('— back —')
    await kofis.sees('Ada: missed')
    await kofis.sees('Kofi: meanwhile')
    const { items } = await ada.listMessages({ channel_id: general.id })
    expect(items.filter(({ kind }) => kind === 'user').map(({ content }) => content).toSorted()).toEqual(['before', 'meanwhile', 'missed'])
    await line.close()
  })

  it('goes to the first workspace of a script that names none', async () => {
    await ada.createWorkspace({ name: 'Another' })
    const adas = chat(names.ada, '--channel', 'general')
    adas.type('hi')
    adas.end()
    expect(await adas.ended()).toBe(0)
    expect(adas.said()).toMatch(/^Studio, as Ada\n/)
    const another = chat(names.ada, '--workspace', 'another', '--last', '0')
    another.end()
    expect(await another.ended()).toBe(0)
    expect(another.said()).toBe('Another, as Ada\n— #general —\n')
  })

  it('explains in a sentence why it cannot do what it was asked to', async () => {
    const failures = [
      [chat(names.ada, '--channel', 'nowhere'), 'You are in no channel nowhere'],
      [chat(names.ada, '--workspace', 'nowhere'), `You are in no workspace nowhere. Yours: Studio (${names.slug}).`],
      [chat('nobody-at-all'), 'password'],
      [chat(names.ada, '--url', 'http://127.0.0.1:1'), 'The server cannot be reached. Is it running?'],
      [chat(names.ada, '--frobnicate'), "Unknown option '--frobnicate'"],
    ] as const
    for (const [one, sentence] of failures) {
      one.end()
      expect(await one.ended()).toBe(1)
      expect(one.said()).toContain(sentence)
      expect(one.said()).not.toMatch(/^\s+at /m)
    }
  })
})
