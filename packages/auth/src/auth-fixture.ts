import type { SignedIn } from '@afrochat/contracts'
import { newId, type Actor } from '@afrochat/kernel'
import { createWorld, type World } from '@afrochat/test-support'
import { createAuth, type Auth, type AuthDeps } from './auth.ts'

export const device = { address: '203.0.113.7', userAgent: 'Test/1' }
export const asker = { device, requestId: 'req-1' }
export const PASSWORD = 'correct horse battery'

/** Auth on a database of its own. */
export interface AuthWorld extends World {
  readonly auth: Auth
  /** Another process of the same installation: its own memory, the same database. */
  anotherProcess(deps?: Partial<AuthDeps>): Auth
  signUp(facts?: { username?: string; email?: string }): Promise<SignedIn & { actor: Actor }>
  actorOf(token: string): Promise<Actor>
  /** Pretends that so many seconds have passed since the refresh tokens of the database were used. */
  letUsesAge(seconds: number): Promise<void>
}

export async function createAuthWorld(): Promise<AuthWorld> {
  const world = await createWorld({ poolSize: 25 })
  const anotherProcess = (deps: Partial<AuthDeps> = {}) => createAuth({
    db: world.db,
    transact: world.transact,
    loginGuard: { admit: async () => undefined, forgive: async () => undefined },
    log: { isFresh: () => true },
    memberships: world.memberships,
    tokens: { secrets: ['a secret of thirty-two bytes or so'], issuer: 'afrochat', lifeSeconds: 3600 },
    refreshDays: 7,
    passwordCost: { memoryKib: 64, passes: 1 },
    ...deps,
  })
  const auth = anotherProcess()
  const actorOf = async (token: string): Promise<Actor> => {
    const { userId, sessionId } = await auth.authenticate(token)
    return { userId, sessionId, requestId: 'req-2' }
  }

  return {
    ...world, auth, anotherProcess, actorOf,
    async signUp({ username = `u-${newId().slice(-12)}`, email = `${username}@example.com` } = {}) {
      const signedIn = await auth.register({ email, username, password: PASSWORD, displayName: 'Ada', ...asker })
      return { ...signedIn, actor: await actorOf(signedIn.access_token) }
    },
    async letUsesAge(seconds) {
      const tokens = await world.db.selectFrom('refresh_tokens').select(['token_hash', 'used_at']).where('used_at', 'is not', null).execute()
      for (const { token_hash: hash, used_at: at } of tokens) {
        const earlier = new Date(Number(at) - seconds * 1000)
        await world.db.updateTable('refresh_tokens').set({ used_at: earlier }).where('token_hash', '=', hash).execute()
      }
    },
  }
}
