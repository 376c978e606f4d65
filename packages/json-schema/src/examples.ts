import type { JsonSchema } from './json-schema.ts'

/** What stands in examples for a field of this name, so that they read like the product. */
const BY_NAME: Readonly<Record<string, unknown>> = {
  email: 'ada@example.com',
  username: 'ada',
  login: 'ada',
  password: 'correct horse battery staple',
  display_name: 'Ada Lovelace',
  name: 'general',
  handle: 'engineers',
  slug: 'analytical-engines',
  topic: 'Notes on the engine',
  description: 'Everything about the engine',
  content: 'The engine weaves algebraic patterns.',
  client_msg_id: '6f1d2a0c-1',
  emoji: 'tada',
  timezone: 'Africa/Lagos',
  locale: 'en',
  cursor: '3f9a1c0b7d2e.0.1842',
  next_cursor: null,
  seq: 42,
  change_seq: 42,
  last_seq: 42,
  last_read_seq: 40,
  heartbeat_interval_ms: 30_000,
  error: 'There is no such channel',
  code: 'channel_not_found',
  access_token: 'eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJ1c2VyX2lkIjoi…',
  refresh_token: 'q3kWZyq0mJb5nB8y2m1tQ0r1vQh1xQ6r1l8o8H7c2yA',
  token: 'kX2v9sQe4mJb5nB8y2m1tQ',
  url: 'https://chat.example.com/invites/kX2v9sQe4mJb5nB8y2m1tQ',
  user_agent: 'AfroChat/1.0 (Android 16)',
  ip: '203.0.113.7',
  expires_in: 86_400,
  deactivated_at: null,
  archived_at: null,
  deleted_at: null,
  edited_at: null,
  revoked_at: null,
  thread_id: null,
  draft_id: null,
  failure_code: null,
  avatar_url: null,
  icon_url: null,
  status_text: null,
  status_emoji: null,
  status_expires_at: null,
  added_by: null,
  removed_by: null,
  system: null,
}

/** An example value of a schema: its own, else one that fits; of an object with all of its fields, the optional ones too. */
export function exampleOf(schema: JsonSchema, name = ''): unknown {
  if (schema.examples) return schema.examples[0]
  if (schema.default !== undefined) return schema.default
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  if (speaksFor(name, schema.anyOf ?? [schema])) return BY_NAME[name]
  const [first] = schema.anyOf ?? []
  if (first) return exampleOf(first, name)
  if (schema.properties) {
    return Object.fromEntries(Object.entries(schema.properties).map(([key, inner]) => [key, exampleOf(inner, key)]))
  }
  return exampleOfScalar(schema, name)
}

/** Whether the value by this name is one of these: another field of the same name may be a choice of words, or an object. */
function speaksFor(name: string, options: readonly JsonSchema[]): boolean {
  if (!Object.hasOwn(BY_NAME, name)) return false
  const value = BY_NAME[name]
  const type = value === null ? 'null' : typeof value
  return options.some((option) => option.const === undefined && (option.type === 'integer' ? 'number' : option.type) === type)
}

function exampleOfScalar({ type, items, minimum = 0, pattern, format }: JsonSchema, name: string): unknown {
  if (format === 'uuid') return '0199f0c2-7e44-7c1a-9d0e-3a5b8f6c2d11'
  if (format === 'date-time') return '2026-11-24T09:30:00.000Z'
  if (type === 'array') return items ? [exampleOf(items, name)] : []
  if (type === 'integer' || type === 'number') return Math.max(minimum, 1)
  if (type === 'boolean') return false
  if (type === 'object' || type === undefined) return {}
  // Of the patterns in the catalogues without a name above, the places of a history: a seq.
  return pattern === undefined ? 'text' : '42'
}
