import type { JsonSchema } from './json-schema.ts'

/** What stands in examples for a field of this name, so that they read like the product. */
const BY_NAME: Readonly<Record<string, unknown>> = {
  email: 'ada@example.com',
  username: 'ada',
  login: 'ada',
  password: 'correct horse battery staple',
  display_name: 'Ada Lovelace',
  name: 'general',
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
  avatar_url: null,
  icon_url: null,
  status_text: null,
  status_emoji: null,
  added_by: null,
}

/** An example value of a schema: its own, else one that fits. */
export function exampleOf(schema: JsonSchema, name = ''): unknown {
  if (schema.examples) return schema.examples[0]
  if (schema.default !== undefined) return schema.default
  if (schema.const !== undefined) return schema.const
  if (schema.anyOf) return exampleOfUnion(schema.anyOf, name)
  if (schema.enum) return schema.enum[0]
  if (schema.properties) {
    return Object.fromEntries(Object.entries(schema.properties).map(([key, inner]) => [key, exampleOf(inner, key)]))
  }
  if (Object.hasOwn(BY_NAME, name)) return BY_NAME[name]
  return exampleOfScalar(schema, name)
}

function exampleOfUnion(options: readonly JsonSchema[], name: string): unknown {
  if (Object.hasOwn(BY_NAME, name)) return BY_NAME[name]
  const [first] = options
  return first && exampleOf(first, name)
}

function exampleOfScalar({ type, items, minimum = 0, pattern, format }: JsonSchema, name: string): unknown {
  if (format === 'uuid') return '0199f0c2-7e44-7c1a-9d0e-3a5b8f6c2d11'
  if (type === 'array') return items ? [exampleOf(items, name)] : []
  if (type === 'integer' || type === 'number') return Math.max(minimum, 1)
  if (type === 'boolean') return false
  if (type === 'object') return {}
  // Of the patterns in the catalogue without a name above, the places of a history: a seq.
  return pattern === undefined ? 'text' : '42'
}
