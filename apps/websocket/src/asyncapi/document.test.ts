import { describe, expect, it } from '@jest/globals'
import { Compile } from 'typebox/compile'
import { clientEventCatalogue, clientFrameCatalogue, eventCatalogue, isClientEventName, serverFrameCatalogue } from '@afrochat/contracts'
import type { TSchema } from 'typebox'
import { asyncApiDocument } from './document.ts'

const document = asyncApiDocument()

describe('the description of the socket', () => {
  it('has every frame and every event that clients may see, and no other', () => {
    const expected = [...Object.keys(clientFrameCatalogue), ...Object.keys(serverFrameCatalogue), ...Object.keys(clientEventCatalogue)]
    expect(Object.keys(document.components.messages).sort()).toEqual(expected.sort())
    for (const name of Object.keys(eventCatalogue)) expect(Object.hasOwn(document.components.messages, name)).toBe(isClientEventName(name))
  })

  it('says of each who sends it, and what it is for', () => {
    const used = Object.values(document.operations).flatMap(({ messages }) => messages.map(({ $ref }) => $ref.split('/').at(-1)))
    expect(used.sort()).toEqual(Object.keys(document.components.messages).sort())
    for (const message of Object.values(document.components.messages)) expect(message.summary).toMatch(/\.$/)
  })

  it('refers to nothing that is not there', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path ?? '')
    expect(refs.length).toBeGreaterThan(50)
    for (const path of refs) {
      const target = path.split('/').reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], document)
      expect({ path, isThere: target !== undefined }).toEqual({ path, isThere: true })
    }
  })

  it('has examples that the schemas accept', () => {
    const schemas: Record<string, TSchema> = { ...clientEventCatalogue, ...serverFrameCatalogue, ...clientFrameCatalogue }
    for (const { name, examples: [example] } of Object.values(document.components.messages)) {
      const { data } = example?.payload as { data?: unknown }
      const schema = schemas[name]
      if (schema === undefined) throw new Error(`no schema for ${name}`)
      const errors = data === undefined ? [] : Compile(schema).Errors(data)
      expect({ name, errors }).toEqual({ name, errors: [] })
    }
  })
})
