/** A JSON Schema, as far as this interface uses it. */
export interface JsonSchema {
  readonly $id?: string
  readonly $ref?: string
  readonly type?: string
  readonly const?: unknown
  readonly format?: string
  readonly description?: string
  readonly anyOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly minimum?: number
  readonly examples?: readonly unknown[]
  readonly additionalProperties?: boolean
}

/** Collects the schemas that have a name (`$id`) as components, and leaves references in their places. */
export function createComponents() {
  const schemas: Record<string, JsonSchema> = {}
  return { schemas, toSchema }

  function toSchema(source: JsonSchema): JsonSchema {
    const { $id: name, ...schema } = source
    if (name === undefined) return convert(schema)
    if (!Object.hasOwn(schemas, name)) {
      // Entered before its parts are looked at, so that a schema may hold itself.
      schemas[name] = {}
      schemas[name] = convert(schema)
    }
    return { $ref: `#/components/schemas/${name}` }
  }

  function convert(schema: JsonSchema): JsonSchema {
    const { properties, items, anyOf } = schema
    return {
      ...schema,
      ...(properties && { properties: Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, toSchema(part)])) }),
      ...(items && { items: toSchema(items) }),
      ...(anyOf && { anyOf: anyOf.map(toSchema) }),
    }
  }
}

/** What stands in examples for a field of this name. */
const BY_NAME: Readonly<Record<string, unknown>> = {
  content: 'The engine weaves algebraic patterns.',
  cursor: '3f9a1c0b7d2e.0.1842',
  token: 'eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9…',
  client_msg_id: '6f1d2a0c-1',
  emoji: 'tada',
  username: 'ada',
  display_name: 'Ada Lovelace',
  name: 'general',
  timezone: 'Africa/Lagos',
  locale: 'en',
  seq: 42,
  change_seq: 42,
  last_seq: 42,
  last_read_seq: 42,
  heartbeat_interval_ms: 30_000,
  error: 'There is no such channel',
  code: 'channel_not_found',
}

const UUID = '0199f0c2-7e44-7c1a-9d0e-3a5b8f6c2d11'
const TIME = '2026-11-24T09:30:00.000Z'

/** A value that the schema accepts: of a choice the first, of a list one, of what may be left out nothing. */
export function exampleOf(schema: JsonSchema, name = ''): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.anyOf?.some(({ type }) => type === 'null') === true && !Object.hasOwn(BY_NAME, name)) return null
  if (schema.anyOf?.[0] !== undefined) return exampleOf(schema.anyOf[0], name)
  if (Object.hasOwn(BY_NAME, name)) return BY_NAME[name]
  if (schema.properties !== undefined) {
    const { properties, required = [] } = schema
    return Object.fromEntries(required.map((key) => [key, exampleOf(properties[key] ?? {}, key)]))
  }
  if (schema.items !== undefined) return [exampleOf(schema.items)]
  if (schema.format === 'uuid') return UUID
  if (schema.format === 'date-time') return TIME
  if (schema.type === 'integer') return Math.max(schema.minimum ?? 0, 1)
  if (schema.type === 'boolean') return false
  return schema.type === 'string' ? 'text' : {}
}
