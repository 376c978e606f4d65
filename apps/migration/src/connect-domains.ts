import type { Memberships } from '@afrochat/auth'
import { connectDatabase, createTransact, type Db, type Transact } from '@afrochat/database'
import { createMemberships, createWorkspace, type WorkspaceDomain } from '@afrochat/workspace'
import type { CommandContext } from './command.ts'
import { silentConversation as conversation } from './silent-conversation.ts'

/** The database and what works on it, for a command that runs and ends. */
export interface Connected {
  readonly db: Db
  readonly transact: Transact
  readonly workspace: WorkspaceDomain
  readonly memberships: Memberships
}

/** A command does one thing after the other; the second connection is for a read beside an open transaction. */
const POOL_SIZE = 2

/**
 * Runs the work and closes the connections. Events are not published from here: the worker's log keeper appends what it
 * finds in the table within a moment, and a command needs no Redis.
 */
export async function withDomains<T>({ terminal, config }: CommandContext, work: (connected: Connected) => Promise<T>): Promise<T> {
  const { database, eventLog: { shards } } = config()
  const db = connectDatabase({
    url: database.url, poolSize: POOL_SIZE, applicationName: 'afrochat-migration',
    onError: (error) => terminal.complain(`A connection to the database broke: ${error.message}`),
  })
  const transact = createTransact({ db, shards, publish: () => undefined })
  try {
    return await work({
      db, transact, memberships: createMemberships(conversation),
      workspace: createWorkspace({ db, transact, shards, publicUrl: 'http://localhost', conversation }),
    })
  } finally {
    await db.destroy()
  }
}
