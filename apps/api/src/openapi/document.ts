import { ErrorBody, isMedia, routeCatalogue, takesIdempotencyKey, type Media, type RouteDefinition } from '@afrochat/contracts'
import { createComponents, exampleOf, type Components, type JsonSchema } from '@afrochat/json-schema'
import { commonResponses, errorResponses, limitHeaders } from './error-responses.ts'
import { healthPaths } from './health-paths.ts'
import { info, tags } from './texts.ts'

/** The whole HTTP interface as OpenAPI 3.1, from the same definitions that are registered and validate at run time. */
export function openApiDocument() {
  const components = createComponents()
  components.toSchema(ErrorBody)
  const paths: Record<string, Record<string, unknown>> = { ...healthPaths() }
  for (const [name, operation] of Object.entries<RouteDefinition>(routeCatalogue)) {
    const path = `/api/v1${operation.path.replaceAll(/:(\w+)/g, '{$1}')}`
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describe(name, operation, components) }
  }
  const document = {
    openapi: '3.1.0',
    info,
    servers: [{ url: '/', description: 'The installation that serves this document' }],
    tags,
    security: [{ bearer: [] }],
    paths,
    components: {
      schemas: components.schemas,
      responses: commonResponses(),
      headers,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The `access_token` of registration, sign-in or refresh' },
      },
    },
  }
  // Without shared objects, which YAML would write as anchors.
  return structuredCloneOfJson(document)
}

function describe(name: string, operation: RouteDefinition, components: Components) {
  const { tag, summary, description, access, body, media } = operation
  return {
    operationId: name,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    ...(access === 'anyone' && { security: [] }),
    ...parametersOf(operation, components),
    ...(body && { requestBody: { required: hasRequired(body), content: jsonOf(body, components) } }),
    ...(media && { requestBody: { required: true, content: bytesOf(media) } }),
    responses: { ...answersOf(operation, components), ...errorResponses(operation) },
  }
}

function parametersOf(operation: RouteDefinition, components: Components) {
  const { params, query } = operation
  const parameters = [
    ...Object.entries(params?.properties ?? {}).map(([name, schema]) => parameter('path', { name, schema, isRequired: true }, components)),
    ...Object.entries(query?.properties ?? {}).map(([name, schema]) =>
      parameter('query', { name, schema, isRequired: isRequired(query, name) }, components)),
    ...(takesIdempotencyKey(operation) ? [IDEMPOTENCY_KEY] : []),
  ]
  return parameters.length > 0 ? { parameters } : {}
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key', in: 'header', required: false,
  description: 'Made by the client, a UUID say. The same key within seven days gives the first answer again, and nothing is done a second time.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
}

interface Field {
  readonly name: string
  readonly schema: JsonSchema
  readonly isRequired: boolean
}

function parameter(place: 'path' | 'query', { name, schema, isRequired: required }: Field, components: Components) {
  const { description, ...rest } = schema
  return { name, in: place, required, ...(description !== undefined && { description }), schema: components.toSchema(rest) }
}

function answersOf(operation: RouteDefinition, components: Components) {
  return Object.fromEntries(Object.entries(operation.answers).map(([status, schema]) => [status, {
    description: DONE[status] ?? 'Done',
    headers: { 'X-Request-Id': { $ref: '#/components/headers/RequestId' }, ...(operation.limit !== null && limitHeaders) },
    ...(schema && { content: isMedia(schema) ? bytesOf(schema) : jsonOf(schema, components) }),
  }]))
}

function jsonOf(schema: JsonSchema, components: Components) {
  return { 'application/json': { schema: components.toSchema(schema), example: exampleOf(schema) } }
}

/** OpenAPI 3.1 writes bytes as a media type without a schema. */
const bytesOf = ({ mediaTypes }: Media) => Object.fromEntries(mediaTypes.map((type) => [type, {}]))

const DONE: Readonly<Record<string, string>> = { 200: 'Done', 201: 'Created', 204: 'Done; no body', 304: 'As you have it' }

const headers = {
  RequestId: { description: 'Which request this answers: the caller\'s own id when it sent a well-formed one', schema: { type: 'string' } },
  RetryAfter: { description: 'Seconds to wait before trying again', schema: { type: 'integer' } },
  RateLimitLimit: { description: 'Requests allowed in a window; absent when the limit is switched off', schema: { type: 'integer' } },
  RateLimitRemaining: { description: 'Requests left in this window', schema: { type: 'integer' } },
  RateLimitReset: { description: 'Seconds until the window ends', schema: { type: 'integer' } },
}

const hasRequired = ({ required = [] }: { required?: readonly string[] }): boolean => required.length > 0
const isRequired = (schema: { required?: readonly string[] } | undefined, name: string): boolean => schema?.required?.includes(name) ?? false

function structuredCloneOfJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T // The same value without `undefined` and shared parts.
}
