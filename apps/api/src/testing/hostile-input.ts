import type { RouteDefinition } from '@afrochat/contracts'
import { exampleOf, type JsonSchema } from '@afrochat/json-schema'

/** A request that must be refused: what is wrong with it, and what is sent. */
export interface Hostile {
  readonly name: string
  readonly path: string
  readonly payload?: string | Buffer
  readonly contentType?: string
}

const ID = '0199f0c2-7e44-7c1a-9d0e-3a5b8f6c2d11'
const JSON_TYPE = 'application/json'
/** The largest body by default. */
const BODY_LIMIT = 1_048_576

/** A path of the operation with good parameters, except those that are given. */
export function pathOf({ path }: RouteDefinition, params: Readonly<Record<string, string>> = {}, query = ''): string {
  const filled = path.replaceAll(/:(\w+)/g, (_, name: string) => params[name] ?? (name.endsWith('_id') ? ID : 'anything'))
  return `/api/v1${filled}${query}`
}

/** A body that the schema takes. */
export function goodBody({ body }: RouteDefinition): Record<string, unknown> | undefined {
  return body && exampleOf(body) as Record<string, unknown> // A body is always an object.
}

/** As little of it as the schema takes: what is left out cannot contradict the rest. */
export function smallestBody(operation: RouteDefinition): Record<string, unknown> | undefined {
  const good = goodBody(operation)
  const [first] = Object.keys(good ?? {})
  const names = [...operation.body?.required ?? []]
  if (names.length === 0 && first !== undefined) names.push(first)
  return good && Object.fromEntries(names.map((name) => [name, good[name]]))
}

/** Bodies that are no JSON, or not JSON of an object. All are to be answered with one of 400, 413 and 415. */
export function brokenBodies(operation: RouteDefinition): Hostile[] {
  const path = pathOf(operation)
  const text = JSON.stringify(goodBody(operation) ?? {})
  const texts: [string, string | Buffer][] = [
    ['cut short', text.slice(0, -1) === '' ? '{' : text.slice(0, -1)],
    ['a word', 'nope'], ['two objects', `${text}${text}`], ['a trailing comma', '{"a":1,}'], ['single quotes', "{'a':1}"],
    ['a comment', `/* x */ {}x`], ['a NUL character', `${text}\0`], ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
    ['UTF-16', Buffer.from(text, 'utf16le')],
    ['a list', '[]'], ['a list of one', `[${text}]`], ['a text', '"x"'], ['a number', '5'], ['infinity', '{"a":1e400}'],
    ['__proto__', '{"__proto__":{"admin":true}}'], ['__proto__ in Unicode', '{"\\u005f_proto__":{"admin":true}}'],
    ['constructor.prototype', '{"constructor":{"prototype":{"admin":true}}}'],
    ['a depth of 1,000', `{"a":${'['.repeat(1000)}${']'.repeat(1000)}}`],
    ['one byte more than allowed', Buffer.alloc(BODY_LIMIT + 1, ' ')],
  ]
  return texts.map(([name, payload]) => ({ name: `a body that is ${name}`, path, payload, contentType: JSON_TYPE }))
}

/** Bodies of a mebibyte, to whatever takes one: they are refused before it is known what for. */
export function heavyBodies(operation: RouteDefinition): Hostile[] {
  const texts = {
    'a depth of 100,000': `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    '100,000 fields': `{${Array.from({ length: 100_000 }, (_, index) => `"f${index}":1`).join(',')}}`,
    '100,000 values': `{"a":[${'1,'.repeat(100_000)}1]}`,
    'one byte more than allowed, all text': `{"a":"${'x'.repeat(BODY_LIMIT)}"}`,
  }
  return Object.entries(texts).map(([name, payload]) => ({ name: `a body that is ${name}`, path: pathOf(operation), payload, contentType: JSON_TYPE }))
}

/** What only the server sets, or nobody: with values that would mean something if it were taken. */
const ASSIGNED: Readonly<Record<string, unknown>> = {
  id: ID, user_id: ID, author_id: ID, owner_id: ID, created_by: ID, workspace_id: ID, seq: 1, change_seq: 1, created_at: '2020-01-01T00:00:00.000Z',
  role: 'owner', is_admin: true, is_bot: true, email_verified: true, password_hash: 'x', deleted_at: null, constructor: { prototype: { admin: true } },
  prototype: {}, toString: 'x', $where: '1', 'a/b~c': 1, [`x${'x'.repeat(5000)}`]: 1,
}

/** Each field, also of objects in it, with what it cannot be; fields that nobody knows; fields that only the server sets. */
export function wrongBodies(operation: RouteDefinition): Hostile[] {
  const { body = {} } = operation
  const wrong = wrongObjects(body, goodBody(operation) ?? {})
  const path = pathOf(operation)
  // As text: in an object literal it would be the prototype.
  const proto = JSON.stringify({ ...goodBody(operation), x: 1 }).replace('"x":1', '"__proto__":{"admin":true}')
  return [
    ...wrong.map(([name, value]) => ({ name, path, payload: JSON.stringify(value), contentType: JSON_TYPE })),
    { name: 'an unknown field __proto__', path, payload: proto, contentType: JSON_TYPE },
  ]
}

/** What is wrong with it → the object. */
function wrongObjects({ properties = {}, required = [] }: JsonSchema, good: Readonly<Record<string, unknown>>, at = ''): [string, unknown][] {
  const unknown = Object.entries(ASSIGNED).filter(([name]) => !Object.hasOwn(properties, name))
    .map(([name, value]): [string, unknown] => [`an unknown field ${at}${name.slice(0, 20)}`, { ...good, [name]: value }])
  const wrong = Object.entries(properties).flatMap(([name, schema]): [string, unknown][] =>
    wrongValues(schema).map((value) => [`${at}${name} = ${JSON.stringify(value).slice(0, 40)}`, { ...good, [name]: value }]))
  const missing = required.map((name): [string, unknown] => [`no ${at}${name}`, Object.fromEntries(Object.entries(good).filter(([key]) => key !== name))])
  const inner = Object.entries(properties).filter(([, schema]) => schema.properties !== undefined).flatMap(([name, schema]) =>
    wrongObjects(schema, exampleOf(schema) as Record<string, unknown>, `${at}${name}.`) // An object schema's example is an object.
      .map(([what, value]): [string, unknown] => [what, { ...good, [name]: value }]))
  return [...unknown, ...wrong, ...missing, ...inner]
}

/** What is none of the types that the schema takes, and text that cannot be stored. */
function wrongValues(schema: JsonSchema): unknown[] {
  const options = (schema.anyOf ?? [schema]).flatMap((option) => option.anyOf ?? [option])
  const takes = (type: string) => options.some((option) => option.type === type)
  const items = options.find((option) => option.items !== undefined)?.items
  return [
    { $ne: null }, { toString: 'x' }, [[]], [null], [{ a: 1 }],
    ...(takes('null') ? [] : [null]),
    ...(takes('string') ? ['\0', 'a\0b', '\ud800', 'x\udc00y', 5, true] : ['text', '5', 'true', '']),
    ...(takes('boolean') ? [0, 1] : [false]),
    ...(takes('integer') ? [1.5, -1, 1e21] : []),
    ...(options.some(({ format }) => format === 'uuid') ? [ID.toUpperCase(), `${ID} `, `{${ID}}`, 'me', '..'] : []),
    ...(options.some(({ format }) => format === 'date-time') ? ['now', '2026-11-24', '24 Nov 2026', '2026-13-45T00:00:00.000Z', '+275760-09-13T00:00:00.001Z', ''] : []),
    ...(items ? [[5], ['\0'], ['\ud800'], ['x'.repeat(300)], Array.from({ length: 1001 }, () => exampleOf(items))] : []),
  ]
}

/** Text that a schema takes where it is no pattern: it shows nothing, or other than it is, or much. */
const strangeTexts: readonly string[] = [
  '   ', '\u200b\u200c', '\u0301\u0301\u0301', 'two\nlines', 'tab\there', '\u001b[2Jcleared', 'bell\u0007', '\u202egpj.exe', '\u2066isolated', '\ufeffmark',
  "'; drop table users; --", '${7*7}{{7*7}}', '<script>alert(1)</script>', '=cmd|calc', '\r\nBcc: everybody@example.com', `z${'\u0335'.repeat(200)}`,
  '🏳️‍🌈', '__proto__', 'constructor', '@everyone', '<!channel>', '%s%n%x', '../../etc/passwd', 'admin',
]

/** Each text in the place of each of the body's texts. */
export function strangeBodies(operation: RouteDefinition, path: string): Hostile[] {
  const texts = Object.entries<JsonSchema>(operation.body?.properties ?? {}).filter(([, schema]) => isFreeText(schema))
  return texts.flatMap(([field]) => strangeTexts.map((text) => ({
    name: `${field} = ${JSON.stringify(text).slice(0, 40)}`,
    path,
    payload: JSON.stringify({ ...smallestBody(operation), [field]: text }),
    contentType: JSON_TYPE,
  })))
}

function isFreeText(schema: JsonSchema): boolean {
  return (schema.anyOf ?? [schema]).some(({ type, format, pattern, const: literal }) =>
    type === 'string' && format === undefined && pattern === undefined && literal === undefined)
}

/** Parameters of the path that are no id. */
export function wrongParams(operation: RouteDefinition): Hostile[] {
  const names = Object.keys(operation.params?.properties ?? {})
  const values = [
    '%00', 'a%00b', '%ED%A0%80', '%ff', '%', '%zz', '..', '%2e%2e', '%2e%2e%2f%2e%2e%2fetc', '[]', '%7B%7D', 'null', 'undefined', '0', '-1', '1e9',
    ID.toUpperCase(), `${ID}0`, ID.slice(1), `${ID}%20`, `%20${ID}`, "' or 1=1 --", '%F0%9F%92%A9', 'x'.repeat(10_000), '__proto__', 'constructor', ';x', `${ID};x`, '%2F',
  ]
  return names.flatMap((name) => values.map((value) => ({
    name: `${name} = ${value.slice(0, 40)}`,
    path: pathOf(operation, { [name]: value.replaceAll(' ', '%20') }),
  })))
}

/** Queries with what nobody knows, twice the same, and pages that cannot be. */
export function wrongQueries(operation: RouteDefinition): Hostile[] {
  const known = Object.keys(operation.query?.properties ?? {})
  const required = (operation.query?.required ?? []).map((name) => `${name}=1`).join('&')
  const queries = [
    'unknown=1', 'access_token=x', '__proto__=1', 'constructor=1', 'x[]=1', 'x[y]=1',
    ...known.flatMap((name) => [`${name}=%00`, `${name}=%ED%A0%80`, `${name}=1&${name}=2`, `${name}[]=1`, `${name}[$gt]=1`, `${name}=`, `${name}=${'x'.repeat(5000)}`]),
    ...(known.includes('limit') ? ['-1', '0', '1e9', 'NaN', '201', '1.5', 'Infinity', '0x1FF', '%20', 'ten'].map((value) => `limit=${value}`) : []),
    ...(known.includes('cursor') ? ['x', '%00', Buffer.from('["other",1]').toString('base64url'), Buffer.from('[]').toString('base64url')].map((value) => `cursor=${value}`) : []),
  ]
  return queries.map((query) => ({ name: `?${query.slice(0, 40)}`, path: pathOf(operation, {}, `?${[required, query].filter(Boolean).join('&')}`) }))
}
