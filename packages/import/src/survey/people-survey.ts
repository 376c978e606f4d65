import type { Archive } from '../archive/open-archive.ts'
import { archiveRefused, quoted } from '../archive/archive.errors.ts'
import type { NoticeBook } from '../report/notices.ts'
import type { ExportLayout } from '../slack/export-layout.ts'
import { mapUser, type MappedPerson } from '../slack/map-user.ts'
import { readObjects } from '../slack/read-objects.ts'
import type { Author } from '../slack/read-message.ts'
import { checkers } from '../slack/slack-objects.ts'

/** Somebody of whom an account is to be made. */
export interface SurveyedPerson extends MappedPerson {
  readonly kind: Author['kind']
  readonly externalId: string
  /** Not in users.json, but messages are theirs: an account without membership. */
  readonly isStranger: boolean
}

/** All people of an export: those of users.json, and whoever else wrote something. */
export interface PeopleSurvey {
  /** The key of an author in `people`. */
  keyOf(author: Pick<Author, 'kind' | 'externalId'>): string
  readonly people: Map<string, SurveyedPerson>
  /** Takes note of whoever wrote a message. */
  meetAuthor(author: Author): void
  /** Takes note of an id that a text or a reaction names; whether it is known shows at the end. */
  meetMention(externalId: string): void
  meetReactor(externalId: string): void
  /** Notes who is known by nothing but their id. */
  noteUnknown(): void
}

/** Reads users.json. Throws `archive_refused`. */
export async function surveyPeople(archive: Archive, layout: ExportLayout, notices: NoticeBook): Promise<PeopleSurvey> {
  const people = new Map<string, SurveyedPerson>()
  const mentioned = new Map<string, number>()
  const reactors = new Map<string, number>()
  const keyOf = ({ kind, externalId }: Pick<Author, 'kind' | 'externalId'>) => `${kind} ${externalId}`

  for await (const { value: user } of readObjects(archive, layout.users, checkers.user)) {
    const key = keyOf({ kind: 'user', externalId: user.id })
    if (people.has(key)) throw archiveRefused(`${quoted(layout.users)} has two users of the id ${quoted(user.id)}`)
    people.set(key, { kind: 'user', externalId: user.id, isStranger: false, ...mapUser(user, notices) })
  }

  return {
    keyOf,
    people,
    meetAuthor(author) {
      if (people.has(keyOf(author))) return
      if (author.kind === 'user') notices.note('author_unknown', author.name || author.externalId)
      people.set(keyOf(author), strangerOf(author))
    },
    meetMention: (externalId) => void mentioned.set(externalId, (mentioned.get(externalId) ?? 0) + 1),
    meetReactor: (externalId) => void reactors.set(externalId, (reactors.get(externalId) ?? 0) + 1),
    noteUnknown() {
      const isUnknown = (externalId: string) => !people.has(keyOf({ kind: 'user', externalId }))
      for (const [externalId, count] of mentioned) if (isUnknown(externalId)) notices.note('mention_unknown', externalId, count)
      for (const [externalId, count] of reactors) if (isUnknown(externalId)) notices.note('reaction_not_taken', `by ${externalId}`, count)
    },
  }
}

function strangerOf({ kind, externalId, name }: Author): SurveyedPerson {
  const shown = name.trim() === '' ? externalId : name
  return {
    kind,
    externalId,
    isStranger: true,
    role: 'member',
    account: { name: shown, displayName: shown, avatarUrl: null, timezone: 'UTC', isBot: kind === 'bot' || externalId === 'USLACKBOT', isDeactivated: kind === 'user' },
  }
}
