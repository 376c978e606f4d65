import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import { Mistake } from './mistake.ts'

/** What the client was started with. */
export interface ChatConfig {
  readonly url: string
  /** Undefined: `/ws` on the same host. */
  readonly socketUrl: string | undefined
  /** Email address or username; undefined: whoever was signed in last. */
  readonly login: string | undefined
  readonly password: string | undefined
  /** Make an account instead of signing in. */
  readonly register: boolean
  /** Name or slug. */
  readonly workspace: string | undefined
  readonly channel: string | undefined
  /** An invite link, to be accepted first. */
  readonly join: string | undefined
  /** Messages to show at first. */
  readonly last: number
  /** In a pipe: stay after the end of the input. */
  readonly follow: boolean
  readonly sessionDirectory: string
  readonly help: boolean
}

const options = {
  'url': { type: 'string' },
  'socket-url': { type: 'string' },
  'login': { type: 'string' },
  'password': { type: 'string' },
  'register': { type: 'boolean', default: false },
  'workspace': { type: 'string' },
  'channel': { type: 'string' },
  'join': { type: 'string' },
  'last': { type: 'string', default: '20' },
  'follow': { type: 'boolean', default: false },
  'help': { type: 'boolean', default: false },
} as const satisfies ParseArgsOptionsConfig

export const USAGE = `npm run chat -- [options]

  --login <name or email>    who to sign in as; default: who was signed in last, or the demo's ada on this machine
  --password <password>      better: AFROCHAT_PASSWORD, or typed when asked for
  --register                 make an account
  --join <invite link>       join a workspace by an invite, and go there
  --workspace <name>         where to go, by name or slug; default: asked for; in a pipe, your first
  --channel <name>           what to open; default: general
  --last <count>             messages to show at first; default 20
  --url <url>                of the API; default: AFROCHAT_URL, or what npm start runs
  --socket-url <url>         of the WebSocket; default: AFROCHAT_SOCKET_URL, or /ws at --url
  --follow                   in a pipe: stay after the end of the input, and show what comes

In a pipe every line is said, or obeyed if it begins with /: echo hi | npm run chat -- --channel general
`

type Environment = Readonly<Record<string, string | undefined>>

/** Reads the command line, then the environment. Throws `Mistake`. */
export function readConfig(args: readonly string[] = process.argv.slice(2), env: Environment = process.env): ChatConfig {
  const values = parse(args)
  const url = values.url ?? env['AFROCHAT_URL']
  return {
    url: toUrl(url ?? `http://localhost:${env['PORT'] ?? '8080'}`, ['http:', 'https:'], '--url'),
    socketUrl: toSocketUrl(values['socket-url'] ?? env['AFROCHAT_SOCKET_URL'], url, env),
    login: values.login ?? env['AFROCHAT_LOGIN'],
    password: values.password ?? env['AFROCHAT_PASSWORD'],
    register: values.register,
    workspace: values.workspace,
    channel: values.channel,
    join: values.join,
    last: toCount(values.last),
    follow: values.follow,
    sessionDirectory: env['AFROCHAT_SESSION_DIR'] ?? join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'afrochat', 'sessions'),
    help: values.help,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    if (error instanceof TypeError) throw new Mistake(error.message, { cause: error })
    throw error
  }
}

/** On this machine, without a proxy, the socket has a port of its own. */
function toSocketUrl(given: string | undefined, url: string | undefined, env: Environment): string | undefined {
  if (given !== undefined) return toUrl(given, ['ws:', 'wss:'], '--socket-url')
  return url === undefined ? `ws://localhost:${env['WEBSOCKET_PORT'] ?? '8081'}/ws` : undefined
}

function toUrl(text: string, protocols: readonly string[], option: string): string {
  const url = URL.parse(text)
  if (url === null || !protocols.includes(url.protocol)) throw new Mistake(`${option}: "${text}" does not begin with ${protocols.map((name) => `${name}//`).join(' or ')}`)
  return text
}

function toCount(text: string): number {
  const count = Number(text)
  if (!/^\d+$/.test(text) || count > 200) throw new Mistake('--last: a number from 0 to 200')
  return count
}
