import type { Db, Transact } from '@afrochat/database'
import type { LogView, LoginGuard } from './ports.ts'
import type { AccessFacts } from './tokens/access-token.ts'

export interface AuthDeps {
  readonly db: Db
  readonly transact: Transact
  readonly loginGuard: LoginGuard
  readonly log: LogView
}

export interface Auth {
  /** Whose token this is. At once when it was seen before, else after a look-up. Throws `invalid_token`. */
  authenticate(token: string): AccessFacts | Promise<AccessFacts>
}
