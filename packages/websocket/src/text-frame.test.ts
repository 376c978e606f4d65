import { describe, expect, it } from '@jest/globals'
import { TextFrame } from './text-frame.ts'

describe('a frame', () => {
  // A gateway keeps thousands of them, and makes many short-lived buffers in between.
  it.each([['plain', false], ['compressed', true]])('that is kept keeps nothing but its own bytes: %s', (_, isCompressing) => {
    const bytes = new TextFrame(JSON.stringify({ type: 'message_sent', data: { content: 'karibu '.repeat(100) } })).wire(isCompressing)
    expect(bytes.buffer.byteLength).toBe(bytes.length)
  })
})
