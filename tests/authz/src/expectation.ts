import { readFileSync } from 'node:fs'
import { defaultWorkspaceSettings, type WorkspaceSettings } from '@afrochat/contracts'
import { ACTORS, type ActorCode } from '@afrochat/test-stage'

/** One line of expected.csv: what becomes of an operation on an object, by who tries it. README.md says what the words mean. */
export interface Expectation {
  readonly operation: string
  readonly object: string
  readonly settings: Partial<WorkspaceSettings>
  /** Nobody is left out but those who cannot be in that place. */
  readonly cells: Readonly<Partial<Record<ActorCode, string>>>
  readonly title: string
  readonly line: number
}

const FILE = new URL('../expected.csv', import.meta.url)

export function readExpectations(): Expectation[] {
  const [header = '', ...lines] = readFileSync(FILE, 'utf8').split('\n')
  const columns = fieldsOf(header)
  const expected = ['operation', 'object', 'setting', ...ACTORS]
  if (columns.join() !== expected.join()) throw new Error(`The columns of expected.csv are ${expected.join(', ')}`)
  return lines.flatMap((text, index) => (text.trim() === '' || text.startsWith('#') ? [] : [read(text, index + 2)]))
}

function read(text: string, line: number): Expectation {
  const [operation = '', object = '', setting = '', ...words] = fieldsOf(text)
  if (words.length !== ACTORS.length) throw new Error(`Line ${line} of expected.csv has ${words.length} cells and not ${ACTORS.length}`)
  const cells = Object.fromEntries(ACTORS.map((actor, index) => [actor, words[index] ?? ''] as const).filter(([, word]) => word !== ''))
  return { operation, object, settings: settingsOf(setting, line), cells, title: [operation, object, setting].filter(Boolean).join(' · '), line }
}

/** `guests_may_pin=yes`, or a number. */
function settingsOf(setting: string, line: number): Partial<WorkspaceSettings> {
  if (setting === '') return {}
  const [name = '', value = ''] = setting.split('=')
  if (!Object.hasOwn(defaultWorkspaceSettings, name)) throw new Error(`Line ${line} of expected.csv: there is no setting ${name}`)
  return { [name]: value === 'yes' ? true : value === 'no' ? false : Number(value) }
}

/** Fields with commas in them are quoted; none has quotes in it. */
const fieldsOf = (line: string): string[] => line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/).map((field) => field.trim().replaceAll('"', ''))

/** `socket`, `event` and `job` come before the name of something that is no operation of the HTTP interface. */
const OTHER = /^(?:socket|event|job) /
export const operationsIn = (expectations: readonly Expectation[]): Expectation[] => expectations.filter(({ operation }) => !OTHER.test(operation))
export const rowsOf = (kind: 'socket' | 'event' | 'job', expectations: readonly Expectation[]): Expectation[] =>
  expectations.filter(({ operation }) => operation.startsWith(`${kind} `))
