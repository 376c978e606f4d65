import { describe, expect, it } from '@jest/globals'
import { Compile } from 'typebox/compile'
import { isMedia, routeCatalogue, takesIdempotencyKey, type RouteDefinition } from '@afrochat/contracts'
import { exampleOf } from '@afrochat/json-schema'
import { openApiDocument } from './document.ts'
import { tags } from './texts.ts'

interface Operation {
  readonly operationId: string
  readonly security?: unknown[]
  readonly parameters?: { name: string; in: string; required: boolean }[]
  readonly responses: Record<string, { $ref?: string; content?: Record<string, { examples?: Record<string, unknown> }> }>
}
const document = openApiDocument() as unknown as {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, unknown>; responses: Record<string, Operation['responses'][string]>; headers: Record<string, unknown> }
}
const text = JSON.stringify(document)
const operations = Object.entries<RouteDefinition>(routeCatalogue)
const described = (operation: RouteDefinition): Operation | undefined =>
  document.paths[`/api/v1${operation.path.replaceAll(/:(\w+)/g, '{$1}')}`]?.[operation.method.toLowerCase()]

describe('the OpenAPI document', () => {
  it.each(operations)('has %s, by its name, and who may call it', (name, operation) => {
    expect(described(operation)).toMatchObject({ operationId: name })
    expect(described(operation)?.security).toEqual(operation.access === 'anyone' ? [] : undefined)
  })

  it.each(operations)('has every answer of %s, and every code of its errors', (_, operation) => {
    const { responses = {} } = described(operation) ?? {}
    for (const status of Object.keys(operation.answers)) expect(responses).toHaveProperty(status)
    for (const [status, codes] of Object.entries(operation.errors ?? {})) {
      const response = resolved(responses[status])
      expect(Object.keys(response?.content?.['application/json']?.examples ?? {})).toEqual(expect.arrayContaining([...codes]))
    }
    for (const status of ['400', ...(operation.limit === null ? [] : ['429']), '500', '503']) expect(responses).toHaveProperty(status)
  })

  it.each(operations.filter(([, operation]) => operation.params ?? operation.query))('has every parameter of %s', (_, operation) => {
    const expected = [
      ...Object.keys(operation.params?.properties ?? {}).map((name) => ['path', name, true]),
      ...Object.keys(operation.query?.properties ?? {}).map((name) => ['query', name, operation.query?.required?.includes(name) ?? false]),
      ...(takesIdempotencyKey(operation) ? [['header', 'Idempotency-Key', false]] : []),
    ]
    expect(described(operation)?.parameters?.map(({ name, in: place, required }) => [place, name, required])).toEqual(expected)
  })

  it.each(operations)('has examples of %s that its schemas accept', (_, { body, answers }) => {
    for (const schema of [body, ...Object.values(answers)]) {
      if (schema && !isMedia(schema)) expect(Compile(schema).Errors(exampleOf(schema))).toEqual([])
    }
  })

  it('makes one component of each named object, wherever it stands, and refers to it', () => {
    expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining(['User', 'OwnUser', 'Channel', 'Message', 'Workspace', 'Error', 'SignedIn']))
    expect(text).not.toContain('"$id"')
    expect(document.components.schemas['SignedIn']).toMatchObject({ properties: { user: { $ref: '#/components/schemas/OwnUser' } } })
    expect(document.components.schemas['ChannelMember']).toMatchObject({ properties: { user: { $ref: '#/components/schemas/User' } } })
  })

  it('says of each tag what belongs to it, and has no other', () => {
    expect(tags.map(({ name }) => name).toSorted()).toEqual([...new Set(operations.map(([, { tag }]) => tag)), 'operations'].toSorted())
  })

  it('refers to nothing that is not there, and holds nothing that nobody refers to', () => {
    const references = new Set([...text.matchAll(/"#\/components\/(\w+)\/(\w+)"/g)].map(([, kind, name]) => `${kind} ${name}`))
    const { schemas, responses, headers } = document.components
    const present = Object.entries({ schemas, responses, headers }).flatMap(([kind, all]) => Object.keys(all).map((name) => `${kind} ${name}`))
    expect([...references].toSorted()).toEqual(present.toSorted())
  })

  it('writes "or null" as a second type, and choices as a list', () => {
    expect(document.components.schemas['User']).toMatchObject({
      properties: { avatar_url: { type: ['string', 'null'] }, status: { type: 'string', enum: ['active', 'deactivated'] } },
    })
  })

  function resolved(response: Operation['responses'][string] | undefined) {
    return response?.$ref === undefined ? response : document.components.responses[response.$ref.split('/').at(-1) ?? '']
  }
})
