import { readdir, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { MIGRATIONS_FOLDER } from '@afrochat/database'
import { UsageError, type Command } from '../command.ts'

export const create: Command = {
  usage: 'create <name>',
  summary: 'Make the pair of files of a new migration, with the next number.',
  async run(args, { terminal }) {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true })
    const [name, ...rest] = positionals
    if (name === undefined || rest.length > 0) throw new UsageError('Give the migration one name, such as add_pins.')
    for (const file of await createMigration(name)) terminal.say(`created ${file}`)
  },
}

/** Makes both files in the folder; returns their names. Never overwrites. */
export async function createMigration(name: string, folder: URL = MIGRATIONS_FOLDER): Promise<string[]> {
  const words = name.trim().toLowerCase().replace(/[\s-]+/g, '_')
  if (!/^[a-z][a-z0-9_]{0,59}$/.test(words)) throw new UsageError('A migration is named with letters, digits and _, beginning with a letter.')
  const number = String((await lastNumber(folder)) + 1).padStart(6, '0')
  const stem = `${number}_${words}`
  const texts = { [`${stem}.up.sql`]: '-- What changes, and why.\n', [`${stem}.down.sql`]: '-- Takes back everything that up did, in the opposite order.\n' }
  for (const [file, text] of Object.entries(texts)) await writeFile(new URL(file, folder), text, { flag: 'wx' })
  return Object.keys(texts)
}

async function lastNumber(folder: URL): Promise<number> {
  const numbers = (await readdir(folder)).map((file) => Number(/^(\d{6})_.*\.sql$/.exec(file)?.[1] ?? 0))
  return Math.max(0, ...numbers)
}
