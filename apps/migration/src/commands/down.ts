import { parseArgs } from 'node:util'
import { migrateDown } from '@afrochat/database'
import { directUrl, UsageError, type Command } from '../command.ts'

export const down: Command = {
  usage: 'down [--all] [--yes]',
  summary: 'Take back the newest migration, or all of them, with the data in their tables.',
  async run(args, { terminal, config }) {
    const { values } = parseArgs({
      args: [...args],
      options: { all: { type: 'boolean', default: false }, yes: { type: 'boolean', default: false } },
    })
    const settings = config()
    // There is no way back from it, and one wrong DATABASE_URL in a shell is all it takes.
    if (settings.environment === 'production' && !values.yes) throw new UsageError('This deletes data in production. Repeat it with --yes if you mean it.')
    const names = await migrateDown(directUrl(settings), values.all ? 'all' : 'last')
    for (const name of names) terminal.say(`taken back ${name}`)
    if (names.length === 0) terminal.say('No migration is applied: nothing to do.')
  },
}
