import { parseArgs } from 'node:util'
import { migrationStatus } from '@afrochat/database'
import { directUrl, type Command } from '../command.ts'

export const status: Command = {
  usage: 'status',
  summary: 'Show which migrations are applied, and since when.',
  async run(args, { terminal, config }) {
    parseArgs({ args: [...args], options: {} })
    const migrations = await migrationStatus(directUrl(config()))
    for (const { name, appliedAt, isKnown } of migrations) {
      terminal.say(`${(appliedAt?.toISOString() ?? 'pending').padEnd(24)}  ${name}${isKnown ? '' : '  (not in this version of the program)'}`)
    }
    const pending = migrations.filter(({ appliedAt }) => appliedAt === null).length
    terminal.say(pending === 0 ? 'The database is up to date.' : `${pending} of ${migrations.length} migrations are pending: run up.`)
  },
}
