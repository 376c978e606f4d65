import { describe, expect, it } from '@jest/globals'
import { createComponents } from './components.ts'

const text = { type: 'string' }
const none = { type: 'null' }

describe('createComponents', () => {
  it('makes one component of a named schema, wherever it stands, and refers to it', () => {
    const user = { $id: 'User', type: 'object', properties: { name: text } }
    const { toSchema, schemas } = createComponents()
    expect(toSchema({ type: 'array', items: user })).toEqual({ type: 'array', items: { $ref: '#/components/schemas/User' } })
    expect(toSchema({ properties: { by: { anyOf: [user, none] } } })).toEqual({ properties: { by: { anyOf: [{ $ref: '#/components/schemas/User' }, none] } } })
    expect(schemas).toEqual({ User: { type: 'object', properties: { name: text } } })
  })

  it('ends with a schema that holds itself', () => {
    const properties: Record<string, object> = {}
    const group = { $id: 'Group', properties }
    properties['parent'] = group
    const { toSchema, schemas } = createComponents()
    toSchema(group)
    expect(schemas).toEqual({ Group: { properties: { parent: { $ref: '#/components/schemas/Group' } } } })
  })

  it.each([
    ['"or null" as a second type', [text, none], { type: ['string', 'null'] }],
    ['literals as a list', [{ const: 'a' }, { const: 'b' }], { type: 'string', enum: ['a', 'b'] }],
    ['literals or null as a list with null', [{ const: 'a' }, none], { type: ['string', 'null'], enum: ['a', null] }],
    ['a choice within a choice as one list', [{ anyOf: [{ const: 'a' }, { const: 'b' }] }, none], { type: ['string', 'null'], enum: ['a', 'b', null] }],
    ['any other choice as it is', [text, { type: 'integer' }], { anyOf: [text, { type: 'integer' }] }],
  ])('writes %s', (_, anyOf, expected) => {
    expect(createComponents().toSchema({ description: 'kept', anyOf })).toEqual({ description: 'kept', ...expected })
  })
})
