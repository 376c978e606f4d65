import type { ClientFrameData, ClientFrameType, ServerFrame, ServerFrameData, ServerFrameType } from '@afrochat/contracts'

/** A frame as a client sends it. With an `id`, the server answers it. */
export interface OutgoingFrame<T extends ClientFrameType = ClientFrameType> {
  readonly type: T
  readonly id?: string
  readonly data: ClientFrameData<T>
}

/** Undefined when it is not a frame. */
export function parseFrame(text: unknown): ServerFrame | undefined {
  const value = typeof text === 'string' ? parseJson(text) : undefined
  return isFrame(value) ? value : undefined
}

/** What a frame of this type carries. */
export function dataOf<T extends ServerFrameType>(frame: ServerFrame, _type: T): ServerFrameData<T> {
  // The server makes its frames from the schemas that these types come from.
  return frame.data as ServerFrameData<T>
}

function isFrame(value: unknown): value is ServerFrame {
  if (typeof value !== 'object' || value === null || !('type' in value) || typeof value.type !== 'string') return false
  const isPlaced = !('cursor' in value) || typeof value.cursor === 'string'
  return isPlaced && (!('seq' in value) || Number.isSafeInteger(value.seq))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
