import { ApiError, createClient, type Client, type Tokens } from '../index.ts'
import type { ChatConfig } from './config.ts'
import type { Console, Question } from './console.ts'
import { Mistake } from './mistake.ts'
import type { SessionStore } from './session-store.ts'

/** Of the accounts that `npm start` makes for trying things out. */
const DEMO = { login: 'ada', password: 'karibu-afrochat' } as const

interface SignInDeps {
  readonly config: ChatConfig
  readonly console: Console
  readonly sessions: SessionStore
}

/** Signs in: as who was signed in before, or with what is given or asked for. Throws `Mistake` when nobody is there to ask. */
export async function signIn(deps: SignInDeps): Promise<Client> {
  const { config, sessions } = deps
  if (config.register) return register(deps)
  const login = config.login ?? sessions.lastLogin()
  const tokens = login === null ? null : sessions.load(login)
  if (login !== null && tokens !== null) {
    const client = clientOf(deps, login, tokens)
    if (await isSignedIn(client)) return client
  }
  const account = await askAccount(deps, login)
  const client = clientOf(deps, account.login)
  await client.login(account)
  return client
}

/** Remembers what happens to the tokens. Another terminal of the same person may have renewed them first. */
function clientOf({ config, sessions }: SignInDeps, login: string, tokens: Tokens | null = null): Client {
  return createClient({
    url: config.url,
    ...(config.socketUrl !== undefined && { socketUrl: config.socketUrl }),
    tokens,
    onTokens: (renewed) => sessions.save(login, renewed),
    readTokens: () => sessions.load(login),
  })
}

/** False: the session that was remembered has ended. */
async function isSignedIn(client: Client): Promise<boolean> {
  try {
    await client.getMe()
    return true
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return false
    throw error
  }
}

async function askAccount({ config, console }: SignInDeps, login: string | null): Promise<{ login: string; password: string }> {
  const demo = isThisMachine(config.url) ? DEMO : null
  const who = login ?? ((await ask(console, { text: `Sign in as${demo ? ` (${demo.login})` : ''}: ` })) || demo?.login)
  if (!who) throw new Mistake('Say who you are: --login <name>, and the password in AFROCHAT_PASSWORD.')
  const password = config.password ?? ((await ask(console, { text: `Password${demo ? " (the demo's)" : ''}: `, isSecret: true })) || demo?.password)
  if (!password) throw new Mistake(`The password of ${who} is missing: set AFROCHAT_PASSWORD.`)
  return { login: who, password }
}

async function register(deps: SignInDeps): Promise<Client> {
  const { config, console } = deps
  const must = async (question: Question): Promise<string> => {
    const answer = await ask(console, question)
    if (answer === '') throw new Mistake('An account is made at a terminal, where questions can be asked: npm run chat -- --register')
    return answer
  }
  const username = config.login ?? (await must({ text: 'Username: ' }))
  const account = {
    username,
    display_name: await must({ text: 'Your name: ' }),
    email: await must({ text: 'Email address: ' }),
    password: config.password ?? (await must({ text: 'Password (8 characters or more): ', isSecret: true })),
  }
  const client = clientOf(deps, username)
  await client.register(account)
  return client
}

/** Empty when nobody answers. */
async function ask(console: Console, question: Question): Promise<string> {
  return ((await console.ask(question)) ?? '').trim()
}

function isThisMachine(url: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname)
}
