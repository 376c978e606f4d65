import { parseArgs } from 'node:util'
import { migrateUp } from '@afrochat/database'
import { directUrl, type Command } from '../command.ts'

export const up: Command = {
  usage: 'up [--one]',
  summary: 'Apply the migrations that are missing, or only the first of them. All or nothing.',
  async run(args, { terminal, config }) {
    const { values } = parseArgs({ args: [...args], options: { one: { type: 'boolean', default: false } } })
    const names = await migrateUp(directUrl(config()), values.one ? 'next' : 'all')
    for (const name of names) terminal.say(`applied    ${name}`)
    if (names.length === 0) terminal.say('The database is up to date: nothing to do.')
  },
}
