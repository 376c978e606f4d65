import type { Client, Workspace } from '../index.ts'
import { findChannel } from './actions/find.ts'
import { Chat } from './chat.ts'
import { chooseWorkspace } from './choose-workspace.ts'
import { cleanName } from './clean-text.ts'
import type { ChatConfig } from './config.ts'
import type { Console } from './console.ts'
import { parseCommand } from './parse-command.ts'
import { perform } from './perform.ts'
import { SessionStore } from './session-store.ts'
import { signIn } from './sign-in.ts'

/** The whole client, from its start to its end. Gives the exit code: 1 when something asked for was not done. */
export async function run(config: ChatConfig, console: Console): Promise<number> {
  const client = await signIn({ config, console, sessions: new SessionStore(config.sessionDirectory, config.url) })
  const lines = console.lines()[Symbol.asyncIterator]()
  let wanted: Pick<ChatConfig, 'join' | 'workspace' | 'channel'> = config
  let hasFailed = false
  for (;;) {
    const end = await visit({ client, console, lines, config }, wanted)
    hasFailed ||= end.hasFailed
    if (end.next === null) return hasFailed ? 1 : 0
    wanted = { join: undefined, workspace: end.next, channel: undefined }
  }
}

interface Visit {
  readonly client: Client
  readonly console: Console
  readonly lines: AsyncIterator<string>
  readonly config: ChatConfig
}

interface End {
  readonly hasFailed: boolean
  /** The workspace to go on to; null: none. */
  readonly next: string | null
}

/** One workspace, until the person goes on to another, or away. */
async function visit({ client, console, lines, config }: Visit, wanted: Pick<ChatConfig, 'join' | 'workspace' | 'channel'>): Promise<End> {
  const workspace = await chooseWorkspace(client, console, wanted)
  const ended = Promise.withResolvers<string>()
  const boot = await client.boot({ workspace_id: workspace.id })
  const chat = new Chat({ client, boot, screen: console, onEnd: ended.resolve })
  console.onTyping(() => chat.typing())
  try {
    greet(console, chat, workspace)
    await openFirst(chat, wanted.channel, config.last)
    return await obey({ chat, lines, ended: ended.promise, follow: config.follow && !console.isWatched })
  } finally {
    chat.close()
  }
}

function greet(console: Console, { state }: Chat, workspace: Workspace): void {
  const me = state.user(state.me)
  console.print(console.style.dim(`${cleanName(workspace.name)}, as ${cleanName(me?.display_name ?? '')}${console.isWatched ? '. /help lists the commands.' : ''}`))
}

async function openFirst(chat: Chat, wanted: string | undefined, count: number): Promise<void> {
  const channels = chat.state.channels()
  const channel = wanted === undefined ? (channels.find(({ name }) => name === 'general') ?? channels[0]) : findChannel(chat, wanted)
  if (channel !== undefined) await chat.open(channel, count)
}

interface Obeying {
  readonly chat: Chat
  readonly lines: AsyncIterator<string>
  readonly ended: Promise<string>
  readonly follow: boolean
}

async function obey({ chat, lines, ended, follow }: Obeying): Promise<End> {
  let hasFailed = false
  for (;;) {
    const read = await Promise.race([lines.next(), ended])
    if (typeof read === 'string') {
      chat.screen.print(read)
      return { hasFailed: true, next: null }
    }
    if (read.done && follow) {
      chat.screen.print(await ended)
      return { hasFailed: true, next: null }
    }
    if (read.done) return { hasFailed, next: null }
    const outcome = await perform(chat, parseCommand(read.value))
    if (outcome.then === 'failed') hasFailed = true
    if (outcome.then === 'quit') return { hasFailed, next: null }
    if (outcome.then === 'switch') return { hasFailed, next: outcome.slug }
  }
}
