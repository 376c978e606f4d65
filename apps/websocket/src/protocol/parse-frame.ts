import { Compile } from 'typebox/compile'
import Format from 'typebox/format'
import { clientFrame, clientFrameCatalogue, type ClientFrameData, type ClientFrameType } from '@afrochat/contracts'
import { isStorableText, isUuid, type DomainError } from '@afrochat/kernel'
import { invalidFrame, invalidJson, invalidText, unknownType } from './protocol-errors.ts'

/** A frame of a client whose `data` is what its type asks for. */
export type ClientFrame = {
  [T in ClientFrameType]: { readonly type: T; readonly id: string | undefined; readonly data: ClientFrameData<T> }
}[ClientFrameType]

export type ParsedFrame =
  | { readonly frame: ClientFrame; readonly fault?: undefined }
  /** `id` is the frame's, when it had one that can be given back. */
  | { readonly frame?: undefined; readonly fault: DomainError; readonly id: string | null }

/** Deeper than any frame of ours. */
const MAX_DEPTH = 8
/** As the catalogue says. */
const MAX_ID_LENGTH = 100

// Ids are compared as text everywhere, so there is one form of them: lower case, as the product writes them.
Format.Set('uuid', isUuid)

const validators = new Map(typesOf(clientFrameCatalogue).map((type) => [type, Compile(clientFrame(type))]))

/** Reads a text frame. The words of a fault are always the same: nothing of the input is in them. */
export function parseFrame(text: string): ParsedFrame {
  const value = parseObject(text)
  if (value === undefined) return { fault: invalidJson(), id: null }
  const id = idOf(value)
  const type = typesOf(clientFrameCatalogue).find((one) => one === value['type'])
  if (type === undefined) return { fault: unknownType(), id }
  if (validators.get(type)?.Check(value) !== true) return { fault: invalidFrame(), id }
  if (!isStorable(value, 0)) return { fault: invalidText(), id }
  // Checked against the schema of its type just above; the map of validators has lost which is whose.
  return { frame: { type, id: id ?? undefined, data: value['data'] ?? {} } as ClientFrame }
}

function typesOf(catalogue: Record<ClientFrameType, unknown>): ClientFrameType[] {
  // Object.keys gives strings; these are the keys of a record over the type.
  return Object.keys(catalogue) as ClientFrameType[]
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    // An object: its values are checked before they are used.
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function idOf({ id }: Record<string, unknown>): string | null {
  return typeof id === 'string' && id.length > 0 && id.length <= MAX_ID_LENGTH && id.isWellFormed() ? id : null
}

/** Text that PostgreSQL cannot store gets no further. */
function isStorable(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return isStorableText(value)
  if (typeof value !== 'object' || value === null) return true
  return depth < MAX_DEPTH && Object.values(value).every((inner) => isStorable(inner, depth + 1))
}
