import { Compile } from 'typebox/compile'
import type { TSchema } from 'typebox'

/** Names of fields by which secrets leave, and the few that are meant to be seen by whoever gets the object. */
export const SECRET = /pass|hash|secret|token|mfa|totp|email/i
const MEANT: Readonly<Record<string, readonly string[]>> = {
  // Of the account to itself.
  OwnUser: ['email'],
  SignedIn: ['access_token', 'refresh_token', 'token_type'],
  // Of others to their admins: the rows of getUser say whom.
  UserProfile: ['email'],
  // To those who may invite.
  Invite: ['email'],
  CreatedInvite: ['email', 'token'],
  // Binds an entry of the audit log to the ones before it; the log is for administrators.
  AuditEntry: ['hash'],
  // Which addresses may join, not whose.
  WorkspaceSettings: ['allowed_email_domains'],
}

/** What of a schema leads to others. */
interface Schema {
  readonly $id: string
  readonly properties: Readonly<Record<string, TSchema>>
  readonly items: TSchema
  readonly anyOf: readonly TSchema[]
}

const checks = new Map<TSchema, ReturnType<typeof Compile>>()

/** What is wrong with a body or payload that should be like its schema; undefined when nothing is. */
export function faultOf(schema: TSchema, value: unknown): string | undefined {
  let check = checks.get(schema)
  if (check === undefined) checks.set(schema, (check = Compile(schema)))
  if (check.Check(value)) return undefined
  const [error] = check.Errors(value)
  return `is not like its schema: ${error?.instancePath ?? ''} ${error?.message ?? ''}`
}

/** Names in a schema that say "secret" where nobody has said that they are meant to be seen. */
export function secretsIn(schema: TSchema, path = ''): string[] {
  const { $id, properties, items, anyOf }: TSchema & Partial<Schema> = schema
  const meant = MEANT[$id ?? ''] ?? []
  const fields = Object.entries(properties ?? {}).flatMap(([name, inner]) => [
    ...(SECRET.test(name) && !meant.includes(name) ? [`${path}/${name}`] : []),
    ...secretsIn(inner, `${path}/${name}`),
  ])
  return [...fields, ...[items, ...(anyOf ?? [])].filter((inner) => inner !== undefined).flatMap((inner) => secretsIn(inner, path))]
}
