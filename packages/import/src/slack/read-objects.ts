import type { Static, TSchema } from 'typebox'
import type { Validator } from 'typebox/compile'
import { archiveRefused, quoted } from '../archive/archive.errors.ts'
import { readJsonArray } from '../archive/json-array.ts'
import type { Archive } from '../archive/open-archive.ts'

/** The longest thing in an export is a thread's first message, which lists all replies, or a channel with its members. */
const MAX_ELEMENT_BYTES = 4 * 1024 ** 2

/** The objects of a file, each of the shape that is asked for. Throws `archive_refused`, naming the file and the place. */
export async function* readObjects<T extends TSchema>(
  archive: Archive,
  name: string,
  checker: Validator<Record<never, never>, T>,
): AsyncGenerator<{ value: Static<T>; index: number }, void, undefined> {
  let index = 0
  for await (const value of readJsonArray(archive.read(name), { name, maxElementBytes: MAX_ELEMENT_BYTES })) {
    if (!checker.Check(value)) throw archiveRefused(`${quoted(name)} is not as Slack writes it: ${faultOf(checker, value, index)}`)
    yield { value, index }
    index += 1
  }
}

function faultOf<T extends TSchema>(checker: Validator<Record<never, never>, T>, value: unknown, index: number): string {
  // The innermost fault says most: of a choice between a text and null, what is wrong with the text.
  const [fault] = [...checker.Errors(value)].toSorted((one, other) => other.instancePath.length - one.instancePath.length)
  return `in its element ${index + 1}, ${fault?.instancePath || 'the whole'} ${fault?.message ?? 'is wrong'}`
}
