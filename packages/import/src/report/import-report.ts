import type { ImportResult, ImportedChannelResult } from '../import-slack-export.ts'
import { dateOf } from '../slack/slack-time.ts'
import type { ExportCounts, ExportSurvey } from '../survey/survey-export.ts'
import { NOTICES, type Notice } from './notices.ts'

/** What an import found and what it did, for people and for programs. */
export interface ImportReport {
  readonly source: 'slack'
  readonly file: string
  readonly dry_run: boolean
  /** Null in a dry run. */
  readonly workspace: { readonly id: string; readonly name: string; readonly slug: string; readonly created: boolean } | null
  readonly found: FoundReport
  /** By this run; all zero in a dry run. */
  readonly imported: { readonly accounts: number; readonly channels: number; readonly messages: number }
  /** By earlier runs. */
  readonly already_there: { readonly accounts: number; readonly channels: number; readonly messages: number }
  readonly channels: readonly ChannelReport[]
  /** What did not come in, or otherwise than it was. */
  readonly notices: readonly Notice[]
  readonly seconds: number
}

type FoundReport = Readonly<Omit<ExportCounts, 'otherAuthors'> & { other_authors: number }>

export interface ChannelReport {
  readonly name: string
  readonly kind: 'public' | 'private'
  readonly messages: number
  readonly replies: number
  /** Null without messages. */
  readonly oldest: string | null
  readonly newest: string | null
  readonly state: ImportedChannelResult['state'] | 'checked'
  readonly id: string | null
}

export interface ReportFacts {
  readonly file: string
  readonly survey: ExportSurvey
  readonly seconds: number
  /** Undefined in a dry run. */
  readonly done?: { readonly workspace: NonNullable<ImportReport['workspace']>; readonly result: ImportResult }
}

export function reportOf({ file, survey, seconds, done }: ReportFacts): ImportReport {
  const results = new Map(done?.result.channels.map((channel) => [channel.externalId, channel]))
  const channels = survey.channels.map(({ source, messages, replies, oldestUs, newestUs }): ChannelReport => {
    const result = results.get(source.externalId)
    const timeOf = (us: number) => (messages === 0 ? null : dateOf(us).toISOString())
    return {
      name: source.name, kind: source.kind, messages, replies, oldest: timeOf(oldestUs), newest: timeOf(newestUs),
      state: result?.state ?? 'checked', id: result?.channelId ?? null,
    }
  })
  const filled = done?.result.channels.filter(({ state }) => state !== 'left_alone') ?? []
  const stored = filled.reduce((sum, { messages }) => sum + messages, 0)
  const ofFilled = channels.filter(({ state }) => state !== 'left_alone' && state !== 'checked').reduce((sum, { messages }) => sum + messages, 0)
  const { otherAuthors, ...counts } = survey.counts
  return {
    source: 'slack', file, dry_run: done === undefined, workspace: done?.workspace ?? null, found: { ...counts, other_authors: otherAuthors },
    imported: { accounts: done?.result.accountsMade ?? 0, channels: filled.filter(({ state }) => state === 'imported').length, messages: stored },
    already_there: {
      accounts: done?.result.accountsFound ?? 0,
      channels: filled.filter(({ state }) => state !== 'imported').length,
      messages: ofFilled - stored,
    },
    channels, notices: mergeNotices([...survey.notices, ...(done?.result.notices ?? [])]), seconds,
  }
}

function mergeNotices(notices: readonly Notice[]): Notice[] {
  return [...Map.groupBy(notices, ({ reason }) => reason)].map(([reason, same]) => ({
    reason, count: same.reduce((sum, { count }) => sum + count, 0), text: NOTICES[reason], examples: same.flatMap(({ examples }) => examples),
  }))
}

/** The report as lines for a terminal. */
export function renderReport(report: ImportReport): string {
  const { found, imported, already_there: there } = report
  const lines = [
    `Found     ${of(found.users, 'user')}, ${of(found.other_authors, 'other author')}, ${of(found.channels, 'channel')}, ${of(found.messages, 'message')}, `
      + `of which ${n(found.replies)} are replies in ${of(found.threads, 'thread')}; ${of(found.reactions, 'reaction')}, ${of(found.edited, 'edit')}`,
    ...report.channels.map(channelLine),
    report.dry_run
      ? 'Imported  nothing: this was a dry run, and the whole archive is fine'
      : `Imported  ${amounts(imported)} into ${report.workspace?.slug ?? ''}`,
    ...(there.accounts + there.messages === 0 ? [] : [`Was there ${amounts(there)}`]),
    ...(report.notices.length === 0 ? [] : ['Not as it was']),
    ...report.notices.map(({ count, text, examples }) => `  ${n(count).padStart(7)}  ${text}${examples.length === 0 ? '' : ` (${examples.join('; ')})`}`),
    `Took      ${report.seconds.toFixed(1)} s`,
  ]
  return lines.join('\n')
}

function channelLine({ name, kind, messages, replies, oldest, newest, state }: ChannelReport): string {
  const span = oldest === null || newest === null ? '' : `, ${oldest.slice(0, 10)} to ${newest.slice(0, 10)}`
  return `  #${name} (${kind}): ${of(messages, 'message')}, ${n(replies)} replies${span}${state === 'checked' ? '' : `, ${state.replaceAll('_', ' ')}`}`
}

const amounts = ({ accounts, channels, messages }: ImportReport['imported']) =>
  [of(accounts, 'account'), of(channels, 'channel'), of(messages, 'message')].join(', ')

const of = (count: number, what: string) => `${n(count)} ${what}${count === 1 ? '' : 's'}`
const n = (count: number) => count.toLocaleString('en')
