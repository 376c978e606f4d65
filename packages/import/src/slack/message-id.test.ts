import { describe, expect, it } from '@jest/globals'
import { isUuid, newId, type ChannelId } from '@afrochat/kernel'
import { importedMessageId } from './message-id.ts'

const channel = newId<ChannelId>()
const US = 1494517568512661

describe('importedMessageId', () => {
  it('is a UUIDv7 of the original time', () => {
    const id = importedMessageId(channel, US)
    expect(isUuid(id)).toBe(true)
    expect(id.charAt(14)).toBe('7')
    expect('89ab').toContain(id.charAt(19))
    expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(1494517568512)
  })

  it('is the same each time, and another for another channel or another microsecond', () => {
    expect(importedMessageId(channel, US)).toBe(importedMessageId(channel, US))
    expect(importedMessageId(channel, US + 1)).not.toBe(importedMessageId(channel, US))
    expect(importedMessageId(newId<ChannelId>(), US)).not.toBe(importedMessageId(channel, US))
  })
})
