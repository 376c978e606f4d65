import { expect, it } from '@jest/globals'
import { exampleOf } from './examples.ts'

const ID = '0199f0c2-7e44-7c1a-9d0e-3a5b8f6c2d11'
const text = { type: 'string' }
const none = { type: 'null' }

it.each([
  ['its own', { type: 'string', examples: ['mine'], default: 'other' }, 'mine'],
  ['its default', { type: 'integer', default: 50 }, 50],
  ['the first of a list', { enum: ['a', 'b'] }, 'a'],
  ['the first of a choice', { anyOf: [{ const: 'public' }, { const: 'private' }] }, 'public'],
  ['of an absent value the value', { anyOf: [{ type: 'integer', minimum: 3 }, none] }, 3],
  ['of an object all of its fields', { properties: { id: { type: 'string', format: 'uuid' }, is_open: { type: 'boolean' } }, required: ['id'] }, { id: ID, is_open: false }],
  ['of a list one', { type: 'array', items: text }, ['text']],
  ['what a field of the name is in the product', { properties: { email: text, name: { anyOf: [text, none] } } }, { email: 'ada@example.com', name: 'general' }],
  ['nothing, of what is mostly absent', { properties: { deleted_at: { anyOf: [text, none] }, thread_id: { anyOf: [{ type: 'string', format: 'uuid' }, none] } } }, { deleted_at: null, thread_id: null }],
  ['not a text for a choice of words or an object of the same name', { properties: { code: { anyOf: [{ type: 'string', const: 'a' }] }, emoji: { anyOf: [{ type: 'object', properties: {} }, none] } } }, { code: 'a', emoji: {} }],
])('shows %s', (_, schema, expected) => {
  expect(exampleOf(schema)).toEqual(expected)
})
