import { writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { refreshStatistics } from '@afrochat/database'
import { DEFAULT_ARCHIVE_LIMITS, importSlackExport, openArchive, renderReport, reportOf, surveyExport, type Archive, type ExportSurvey, type ImportReport } from '@afrochat/import'
import { UsageError, type Command, type CommandContext } from '../command.ts'
import { withDomains } from '../connect-domains.ts'
import { findPeople, findTarget, makeMembers } from '../import-target.ts'
import { adminOrigin } from '../on-behalf-of.ts'

const OPTIONS = {
  workspace: { type: 'string' },
  owner: { type: 'string' },
  join: { type: 'string', default: '' },
  report: { type: 'string' },
  'max-gib': { type: 'string', default: '4' },
  'dry-run': { type: 'boolean', default: false },
} as const

export const importCommand: Command = {
  usage: 'import slack <export.zip> --workspace <name or slug> [--dry-run] [--join <username,…>] [--owner <username>] [--report <file.json>] [--max-gib <n>]',
  summary: 'Import a Slack export. Checks all of it first; may be stopped, and run again: nothing comes in twice.',
  async run(args, context) {
    const wanted = readArgs(args)
    const startedAt = performance.now()
    const archive = await openArchive(wanted.path, { ...DEFAULT_ARCHIVE_LIMITS, maxTotalBytes: wanted.maxBytes })
    try {
      const survey = await surveyExport(archive, (done, total) => context.terminal.progress(`Checking the archive: ${done} of ${total} files`))
      const done = wanted.isDryRun ? undefined : await importInto(context, wanted, { archive, survey })
      const seconds = (performance.now() - startedAt) / 1000
      const report = reportOf({ file: basename(wanted.path), survey, seconds, ...(done === undefined ? {} : { done }) })
      await show(context, report, wanted.reportFile)
    } finally {
      archive.close()
    }
  },
}

interface Wanted {
  readonly path: string
  readonly workspace: string
  readonly owner: string | undefined
  readonly joining: readonly string[]
  readonly reportFile: string | undefined
  readonly maxBytes: number
  readonly isDryRun: boolean
}

function readArgs(args: readonly string[]): Wanted {
  const { values, positionals: [source, path, ...rest] } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
  if (source !== 'slack') throw new UsageError('Say where it comes from. Known is: slack.')
  if (path === undefined || rest.length > 0) throw new UsageError('Give the path of one export (a zip file).')
  const isDryRun = values['dry-run']
  if (values.workspace === undefined && !isDryRun) throw new UsageError('Name the workspace to import into by --workspace.')
  const gib = Number(values['max-gib'])
  if (!(gib > 0)) throw new UsageError('--max-gib is a number: how large the unpacked export may be, in GiB.')
  return {
    path, isDryRun, workspace: values.workspace ?? '', owner: values.owner, reportFile: values.report, maxBytes: gib * 1024 ** 3,
    joining: values.join.split(',').map((name) => name.trim()).filter((name) => name !== ''),
  }
}

function importInto(context: CommandContext, wanted: Wanted, { archive, survey }: { archive: Archive; survey: ExportSurvey }) {
  return withDomains(context, async (connected) => {
    const { db, transact } = connected
    // Before anything is made: a name that was mistyped is no reason for half an import.
    const people = await findPeople(db, wanted.joining)
    const target = await findTarget(connected, wanted)
    await makeMembers(connected, target, people)
    const result = await importSlackExport({ db, transact }, {
      archive, survey, workspaceId: target.id, ownerId: target.ownerId, joining: people.map(({ id }) => id), origin: adminOrigin,
      onMessages: (done, total) => context.terminal.progress(`Importing: ${done.toLocaleString('en')} of ${total.toLocaleString('en')} messages`),
    })
    await refreshStatistics(db)
    const { id, name, slug, created } = target
    return { workspace: { id, name, slug, created }, result }
  })
}

async function show({ terminal }: CommandContext, report: ImportReport, file: string | undefined): Promise<void> {
  terminal.progress(undefined)
  terminal.say(renderReport(report))
  if (file === undefined) return
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`)
  terminal.say(`The report as JSON: ${file}`)
}
