/** What is sent: a chat message of 300 bytes as JSON, whose last two members are found from its end without reading the rest. */
export const MESSAGE_BYTES = 300
/** Frames that are shorter are no messages: heartbeats, pings, answers. */
export const MIN_MESSAGE_BYTES = 250

const FIRST_NUMBER = 1_000_000_000
const FIRST_TIME = 1_000_000_000_000_000
const NUMBER_DIGITS = 10
const TIME_DIGITS = 16
const BETWEEN = ',"at":'.length

const HEAD = '{"id":"019a2b3c-4d5e-7f60-8123-456789abcdef","user_id":"019a2b3c-4d5e-7f60-8123-456789abcdef","content":"'
/** As people write. */
const WORDS = `Good morning! I looked at the numbers again: sign-ups are up by a tenth since the release, but people still stop at the
second step of the form. Could we talk about it before lunch? Amina has a draft that asks for less. `
const TAIL_BYTES = '","n":'.length + NUMBER_DIGITS + BETWEEN + TIME_DIGITS + 1
const contents = new Map<number, string>()

export interface MessageFacts {
  /** In its channel, from 1 on. */
  readonly number: number
  /** When it was asked for, in microseconds of the load generator's clock. */
  readonly at: number
  readonly bytes?: number
}

export const messageText = ({ number, at, bytes = MESSAGE_BYTES }: MessageFacts): string =>
  `${HEAD}${contentOf(bytes)}","n":${FIRST_NUMBER + number},"at":${FIRST_TIME + at}}`

/** Made once for each size. */
function contentOf(bytes: number): string {
  const known = contents.get(bytes)
  if (known !== undefined) return known
  const length = bytes - HEAD.length - TAIL_BYTES
  const content = WORDS.replaceAll('\n', ' ').repeat(Math.ceil(length / WORDS.length)).slice(0, length)
  contents.set(bytes, content)
  return content
}

/** A text for somebody to post, which begins with when it was due. */
export const stampedContent = (at: number): string => `${FIRST_TIME + at} ${contentOf(MESSAGE_BYTES)}`

/** `from`: where the content begins. */
export const stampAt = (bytes: Buffer, from: number): number => digits(bytes, from, TIME_DIGITS) - FIRST_TIME

/** The same as an object, for servers that make the text themselves. */
// JSON of our own.
export const messageObject = (facts: MessageFacts): object => JSON.parse(messageText(facts)) as object

/** `end`: where the message's text ends, behind its brace. */
export const numberAt = (bytes: Buffer, end: number): number =>
  digits(bytes, end - 1 - TIME_DIGITS - BETWEEN - NUMBER_DIGITS, NUMBER_DIGITS) - FIRST_NUMBER

export const timeAt = (bytes: Buffer, end: number): number => digits(bytes, end - 1 - TIME_DIGITS, TIME_DIGITS) - FIRST_TIME

function digits(bytes: Buffer, from: number, count: number): number {
  let value = 0
  for (let index = from; index < from + count; index += 1) value = value * 10 + (bytes[index] ?? 0) - 0x30
  return value
}
