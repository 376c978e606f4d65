import { setInterval as beats } from 'node:timers/promises'
import { allOf, createClient, type Client, type Connection, type Message, type SharedMessage, type WorkspaceId } from '@afrochat/client'
import { waitFor } from '@afrochat/test-support'
import type { ComposedStack } from './composed-stack.ts'

/** Two people in one channel, each behind the SDK and a socket. */
export interface Conversation {
  /** Both say something at each beat, until `isOver`. Nothing waits for an answer, as people do not. */
  talk(isOver: (beat: number) => boolean): Promise<void>
  /** One sends a picture of themselves, the other fetches it: what decodes it is in the image, natively. */
  showPicture(): Promise<void>
  /** How often a connection was lost and live again, over both. */
  reconnects(): number
  /** Whether both connections are live. */
  isLive(): boolean
  /** Waits until both have seen all that was acknowledged; throws if they never do, or see it otherwise than the API. */
  assertConverged(): Promise<{ messages: number }>
  close(): void
}

interface Speaker {
  readonly name: string
  readonly client: Client
  readonly connection: Connection
  readonly heard: SharedMessage[]
  readonly reconnects: () => number
}

/** A PNG of one red point. */
const ONE_POINT = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
/** Each says four things a second: even after an outage, when all that waited goes out at once, not more than anybody may (100 in 10 s). */
const BEAT_MS = 250
/** The longest that a container takes to come back, and a client to try again. */
const PATIENCE_MS = 60_000

/** Registers two people; one founds a workspace and invites, the other accepts and joins the channel; both connect. */
export async function startConversation(stack: ComposedStack): Promise<Conversation> {
  const [alice, bob] = [await register(stack, 'alice'), await register(stack, 'bob')]
  const workspace = await alice.createWorkspace({ name: 'Two people' })
  const channel = await alice.createChannel({ workspace_id: workspace.id, name: 'story', kind: 'public' })
  const invite = await alice.createInvite({ workspace_id: workspace.id })
  await bob.acceptInvite({ token: invite.token })
  await bob.joinChannel({ channel_id: channel.id })

  const speakers = await Promise.all([connect('alice', alice, workspace.id), connect('bob', bob, workspace.id)])
  const acknowledged: Message[] = []
  return {
    async showPicture() {
      const { avatar_url: url } = await alice.setAvatar({ bytes: ONE_POINT })
      const bytes = await bob.getImage({ image_name: url?.split('/').at(-1) ?? '' })
      if (!bytes?.length) throw new Error('The picture is empty')
    },
    reconnects: () => speakers.reduce((sum, { reconnects }) => sum + reconnects(), 0),
    isLive: () => speakers.every(({ connection }) => connection.status.state === 'live'),
    async talk(isOver) {
      const sending: Promise<Message>[] = []
      let beat = 0
      for await (const _ of beats(BEAT_MS)) {
        if (isOver(beat)) break
        beat += 1
        for (const { name, connection } of speakers) {
          const sent = connection.sendMessage({ channel_id: channel.id, content: `${name} at beat ${beat}` }, { timeoutMs: PATIENCE_MS })
          // A refusal is thrown below, when all have been said.
          sent.catch(() => undefined)
          sending.push(sent)
        }
      }
      acknowledged.push(...await Promise.all(sending))
    },
    async assertConverged() {
      const stored = (await allOf(alice.listMessages, { channel_id: channel.id, limit: 200 })).toSorted((a, b) => a.seq - b.seq)
      const expected = stored.map(({ seq, content }) => `${seq} ${content}`)
      same('What was acknowledged is stored, each once', expected, acknowledged.toSorted((a, b) => a.seq - b.seq).map(({ seq, content }) => `${seq} ${content}`))
      for (const { name, heard } of speakers) {
        await waitFor(() => heard.length >= expected.length, { timeoutMs: PATIENCE_MS, message: `${name} to hear ${expected.length} messages` })
        same(`${name} heard each once, in the order of the channel`, heard.map(({ seq, content }) => `${seq} ${content}`), expected)
      }
      return { messages: expected.length }
    },
    close: () => speakers.forEach(({ connection }) => connection.close()),
  }
}

async function register({ apiUrl, socketUrl }: ComposedStack, name: string): Promise<Client> {
  const client = createClient({ url: apiUrl, socketUrl })
  await client.register({ email: `${name}@story.example`, username: name, password: 'correct horse battery staple', display_name: name })
  return client
}

async function connect(name: string, client: Client, workspaceId: WorkspaceId): Promise<Speaker> {
  const heard: SharedMessage[] = []
  let lives = 0
  const connection = client.connect({
    from: await client.boot({ workspace_id: workspaceId }),
    onEvent: (event) => {
      if (event.type === 'message_sent') heard.push(event.data)
    },
    onStatus: ({ state }) => {
      if (state === 'live') lives += 1
    },
  })
  await waitFor(() => connection.status.state === 'live', { timeoutMs: PATIENCE_MS, message: `${name} to be connected` })
  return { name, client, connection, heard, reconnects: () => lives - 1 }
}

function same(what: string, actual: readonly string[], expected: readonly string[]): void {
  const at = Array.from({ length: Math.max(actual.length, expected.length) }, (_, index) => index).find((index) => actual[index] !== expected[index])
  if (at === undefined) return
  throw new Error(`Not so: ${what}. At ${at} there is "${actual[at] ?? 'nothing'}" instead of "${expected[at] ?? 'nothing'}" (${actual.length} of ${expected.length})`)
}
