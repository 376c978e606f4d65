import { routeCatalogue, type AnswerOf, type RouteDefinition, type RouteName, type SignedIn } from '@afrochat/contracts'
import { wait } from '../wait.ts'
import { buildRequest, type BuiltRequest } from './build-request.ts'
import type { ApiCalls, CallOptions } from './calls.ts'
import { ApiError, NetworkError } from './errors.ts'
import { retryDelayMs } from './retry.ts'
import { sendOnce, type Transport } from './send-once.ts'
import { TokenKeeper, type TokenOptions } from './token-keeper.ts'

export interface HttpClient {
  readonly calls: ApiCalls
  readonly tokens: TokenKeeper
}

type SignIn = AnswerOf<(typeof routeCatalogue)['login' | 'register' | 'refresh']>

export function createHttpClient(transport: Transport, options: TokenOptions): HttpClient {
  const tokens = new TokenKeeper(options, exchange)

  function exchange(refreshToken: string): Promise<SignedIn> {
    const request = buildRequest(routeCatalogue.refresh, { refresh_token: refreshToken })
    // The catalogue says what this route answers; the server checks its answers against it.
    return persist(() => sendOnce(transport, { ...request, token: null }, {}), request) as Promise<SignIn>
  }

  async function call(name: RouteName, input: Readonly<Record<string, unknown>>, options: CallOptions): Promise<unknown> {
    const route: RouteDefinition = routeCatalogue[name]
    const request = buildRequest(route, input)
    const attempt = (token: string | null): Promise<unknown> =>
      persist(() => sendOnce(transport, { ...request, token }, options), { ...request, ...options })
    const answer = await (route.access === 'anyone' ? attempt(null) : withToken(tokens, attempt))
    await afterCall[name]?.(tokens, answer)
    return answer
  }

  const names = Object.keys(routeCatalogue) as RouteName[] // Object.keys forgets that it knows them.
  const calls = names.map((name) => [name, (input = {}, options: CallOptions = {}) => call(name, input, options)] as const)
  // Each has the type that the catalogue gives its route: the server checks what it takes and what it answers against it.
  return { calls: Object.fromEntries(calls) as unknown as ApiCalls, tokens }
}

/** What a call means for the tokens of this client. */
const afterCall: { readonly [N in RouteName]?: (tokens: TokenKeeper, answer: unknown) => Promise<void> } = {
  // Typed by the catalogue, as in createHttpClient.
  login: (tokens, answer) => tokens.adopt(answer as SignIn),
  register: (tokens, answer) => tokens.adopt(answer as SignIn),
  refresh: (tokens, answer) => tokens.adopt(answer as SignIn),
  logout: (tokens) => tokens.clear(),
  revokeAllSessions: (tokens) => tokens.clear(),
  deactivateMe: (tokens) => tokens.clear(),
}

async function withToken(tokens: TokenKeeper, attempt: (token: string | null) => Promise<unknown>): Promise<unknown> {
  const token = await tokens.current()
  try {
    return await attempt(token)
  } catch (error) {
    if (token === null || !(error instanceof ApiError) || error.code !== 'invalid_token') throw error
    const another = await tokens.replace(token)
    if (another === null) throw error
    return attempt(another)
  }
}

/** Tries until it works, or until trying again is of no use or not safe. */
async function persist(attempt: () => Promise<unknown>, { isRepeatable, signal }: Pick<BuiltRequest, 'isRepeatable'> & CallOptions): Promise<unknown> {
  for (let count = 1; ; count += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof ApiError) && !(error instanceof NetworkError)) throw error
      const { status, retryAfterSeconds } = error instanceof ApiError ? error : { status: null, retryAfterSeconds: null }
      const delayMs = retryDelayMs({ attempt: count, status, retryAfterSeconds, isRepeatable }, Math.random)
      if (delayMs === null) throw error
      await wait(delayMs, signal)
    }
  }
}
