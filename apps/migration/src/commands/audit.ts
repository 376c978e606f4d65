import { parseArgs } from 'node:util'
import type { Db } from '@afrochat/database'
import { listAuditLogs, verifyAuditLog, type AuditLogRef } from '@afrochat/workspace'
import { CommandFailed, UsageError, type Command, type Terminal } from '../command.ts'
import { withDomains } from '../connect-domains.ts'

export const audit: Command = {
  usage: 'audit verify [--workspace <slug, name or id>]',
  summary: 'Walk the audit logs, or that of one workspace, and name the first entry of each that is not what was written.',
  async run(args, context) {
    const { values, positionals } = parseArgs({ args: [...args], options: { workspace: { type: 'string' } }, allowPositionals: true })
    if (positionals.length !== 1 || positionals[0] !== 'verify') throw new UsageError('What is to be done with the audit log? Known is: verify')
    await withDomains(context, ({ db }) => verify(db, values.workspace, context.terminal))
  },
}

async function verify(db: Db, wanted: string | undefined, terminal: Terminal): Promise<void> {
  const logs = await listAuditLogs(db, wanted)
  if (wanted !== undefined && logs.length === 0) throw new UsageError(`There is no workspace ${wanted}.`)
  let broken = 0
  for (const log of logs) if (!(await isWhole(db, log, terminal))) broken += 1
  if (broken > 0) throw new CommandFailed(`${broken} of ${logs.length} audit logs ${broken === 1 ? 'is' : 'are'} not what was written.`)
}

async function isWhole(db: Db, { id, slug, isDeleted }: AuditLogRef, { say }: Terminal): Promise<boolean> {
  const { entries, head, broken } = await verifyAuditLog(db, id)
  const name = `${slug}${isDeleted ? ' (deleted)' : ''} ${id}`
  if (broken !== null) say(`BROKEN  ${name}: entry ${broken.number}: ${broken.reason}. ${entries} before it are good.`)
  // Noted elsewhere, number and hash show later whether entries were cut off at the end: the chain itself cannot.
  else say(`good    ${name}: ${entries} entries, the last one ${head}`)
  return broken === null
}
