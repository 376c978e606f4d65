import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { createAuth, type Auth } from '@afrochat/auth'
import { createChat } from '@afrochat/chat'
import { createPool } from '@afrochat/database'
import { UsageError, type Command, type CommandContext } from '../command.ts'
import { withDomains, type Connected } from '../connect-domains.ts'
import { DEMO_PASSWORD, demoPeople, demoWorkspace } from '../seed/demo-story.ts'
import { seedDemo } from '../seed/seed-demo.ts'

export const seed: Command = {
  usage: 'seed [--yes]',
  summary: 'Fill a demo workspace with a few people who talk. Twice changes nothing.',
  async run(args, context) {
    const { values } = parseArgs({ args: [...args], options: { yes: { type: 'boolean', default: false } } })
    if (context.config().environment === 'production' && !values.yes) {
      throw new UsageError('The demo has accounts whose password everybody knows. Repeat it with --yes if you want them in production.')
    }
    await withDomains(context, (connected) => seedInto(context, connected))
    context.terminal.say(invitation())
  },
}

/** Posting has connections of its own, as in the services. */
async function seedInto({ terminal, config }: CommandContext, { db, transact, workspace, memberships }: Connected): Promise<void> {
  const { database, eventLog: { shards } } = config()
  const options = {
    url: database.url, poolSize: 1, applicationName: 'afrochat-migration',
    onError: (error: Error) => terminal.complain(`A connection to the database broke: ${error.message}`),
  }
  const posting = createPool(options)
  const waiting = createPool(options)
  try {
    const chat = createChat({
      db, transact, posting, waiting, shards, publish: () => undefined,
      // Nobody is there yet, and the story has no links.
      presence: { activeAmong: async () => new Set() }, publicUrl: 'http://localhost',
    })
    await seedDemo({ db, auth: registeringOnly({ db, transact, memberships }), workspace, chat })
  } finally {
    await Promise.all([posting.end(), waiting.end()])
  }
}

/** Nobody signs in from here, and the tokens of the new accounts are thrown away: a secret that nobody knows will do. */
function registeringOnly({ db, transact, memberships }: Omit<Connected, 'workspace'>): Pick<Auth, 'register'> {
  return createAuth({
    db, transact, memberships, refreshDays: 1, log: { isFresh: () => true },
    loginGuard: { admit: () => Promise.resolve(), forgive: () => Promise.resolve() },
    tokens: { secrets: [randomBytes(32).toString('base64url')], issuer: 'afrochat-seed', lifeSeconds: 1 },
  })
}

function invitation(): string {
  const [first, second, ...others] = Object.keys(demoPeople)
  return [
    `Demo        the workspace "${demoWorkspace.name}" (${demoWorkspace.slug})`,
    `Sign in as  ${first} or ${second} (or ${others.join(', ')})`,
    `Password    ${DEMO_PASSWORD}   (everybody's; for this machine alone)`,
  ].join('\n')
}
