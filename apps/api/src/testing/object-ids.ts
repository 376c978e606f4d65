import { newId } from '@afrochat/kernel'
import type { JsonSchema } from '@afrochat/json-schema'
import type { RouteDefinition } from '@afrochat/contracts'
import { smallestBody } from './hostile-input.ts'

/** What a parameter of a path, or a field of a body, may name. */
export const objectKinds = [
  'workspace', 'channel', 'message', 'user', 'invite', 'group', 'draft', 'scheduled_message', 'reminder', 'session', 'slug', 'name',
] as const
export type ObjectKind = (typeof objectKinds)[number]
/** An object of each kind. */
export type ObjectIds = Readonly<Record<ObjectKind, string>>

/** Parameters that name nothing that anybody could be refused: an emoji to react with, and what is secret itself. */
const NOT_AN_OBJECT = ['emoji', 'token', 'image_name']
/** Fields whose names do not say of which kind they are. */
const BY_FIELD: Readonly<Record<string, ObjectKind>> = { thread_id: 'message', actor_id: 'user' }

/** Undefined: it is none. Throws for a name that nobody has thought of yet. */
export function kindOf(name: string): ObjectKind | undefined {
  if (NOT_AN_OBJECT.includes(name)) return undefined
  const kind = BY_FIELD[name] ?? name.replace(/_ids?$/, '')
  if (!objectKinds.some((known) => known === kind)) throw new Error(`Say in object-ids.ts what "${name}" names`)
  return kind as ObjectKind // Found in the list.
}

/** Of nothing that there is. */
export const ghosts = (): ObjectIds =>
  Object.fromEntries(objectKinds.map((kind) => [kind, kind === 'slug' || kind === 'name' ? `g${newId().slice(-8)}` : newId()])) as unknown as ObjectIds

export function pathWith({ path }: RouteDefinition, ids: ObjectIds): string {
  const filled = path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const kind = kindOf(name)
    return kind === undefined ? 'anything' : ids[kind]
  })
  return `/api/v1${filled}`
}

/** A body that the schema takes, which names these; undefined where it names nothing. */
export function bodyWith(operation: RouteDefinition, ids: ObjectIds): Record<string, unknown> | undefined {
  const named = Object.entries<JsonSchema>(operation.body?.properties ?? {}).filter(([, schema]) => isId(schema) || isId(schema.items))
  if (named.length === 0) return undefined
  const fields = named.map(([name, schema]) => {
    const kind = kindOf(name)
    const id = kind && ids[kind]
    return [name, schema.items ? [id] : id]
  })
  return { ...smallestBody(operation), ...Object.fromEntries(fields) as object }
}

const isId = (schema: JsonSchema | undefined): boolean =>
  schema !== undefined && (schema.format === 'uuid' || (schema.anyOf ?? []).some(({ format }) => format === 'uuid'))
