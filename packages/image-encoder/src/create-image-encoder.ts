import { invalidImage, imageTooLarge, tooManyImages, unsupportedImage } from './image.errors.ts'
import type { EncoderMessage, ImageLimits } from './encoder-messages.ts'
import { startEncoderProcess, type EncoderProcess } from './start-encoder-process.ts'
import { sniffImage } from './sniff-image.ts'

/** A picture as it is kept and served: WebP made by us, with nothing in it but pixels. */
export interface EncodedImage {
  readonly bytes: Buffer
  readonly contentType: 'image/webp'
  readonly width: number
  readonly height: number
}

export interface ImageEncoder {
  /**
   * Decodes a PNG, JPEG, GIF or WebP and encodes it anew, made smaller until neither side is longer than `maxSide`;
   * animations stay animated. Throws `unsupported_media_type`, `invalid_image`, `image_too_large` or `service_unavailable`.
   */
  encode(bytes: Buffer, maxSide: number): Promise<EncodedImage>
  /** What is being encoded is given up. */
  close(): void
}

export interface ImageEncoderOptions {
  /** For one picture, in milliseconds. */
  readonly timeoutMs?: number
  readonly limits?: ImageLimits
  /** After so long without work the process goes, with the 90 MB that it holds. */
  readonly idleMs?: number
}

/** Pictures of this size take 2 s on one core of 2026; what takes 10 was made to. */
const TIMEOUT_MS = 10_000
const IDLE_MS = 60_000
/**
 * 50 million pixels: more than any camera of a phone, and at most 400 MB while an interlaced one is decoded. A thousand
 * frames: forty seconds of film.
 */
const LIMITS: ImageLimits = { pixels: 50_000_000, frames: 1_000, outputBytes: 1_048_576 }
/** Most take some 20 ms. */
const MAX_WAITING = 30

/** One process beside this one decodes, one picture after the other: it may crash, hang or be killed, and only a picture is lost. */
export function createImageEncoder({ timeoutMs = TIMEOUT_MS, limits = LIMITS, idleMs = IDLE_MS }: ImageEncoderOptions = {}): ImageEncoder {
  let running: EncoderProcess | undefined
  let idle: NodeJS.Timeout | undefined
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()

  return {
    async encode(bytes, maxSide) {
      if (sniffImage(bytes) === undefined) throw unsupportedImage()
      if (waiting >= MAX_WAITING) throw tooManyImages()
      waiting += 1
      const turn = last.then(() => encodeNow(bytes, maxSide)).finally(() => void (waiting -= 1))
      // Whoever comes next waits for the end of this one, whatever it is.
      last = turn.catch(() => undefined)
      return toImage(await turn)
    },
    close: stop,
  }

  async function encodeNow(bytes: Buffer, maxSide: number): Promise<EncoderMessage> {
    clearTimeout(idle)
    running = running?.isAlive === true ? running : startEncoderProcess()
    const answer = await running.ask({ bytes, maxSide, limits }, timeoutMs)
    idle = setTimeout(stop, idleMs).unref()
    return answer
  }

  function stop(): void {
    clearTimeout(idle)
    running?.stop()
    running = undefined
  }
}

function toImage(answer: EncoderMessage): EncodedImage {
  switch (answer.kind) {
    case 'encoded':
      return { bytes: Buffer.from(answer.bytes), contentType: 'image/webp', width: answer.width, height: answer.height }
    case 'too_large':
      throw imageTooLarge(answer.why)
    case 'invalid':
      throw invalidImage(answer.why)
    case 'ready':
      throw new Error('The encoder answered before it was asked')
  }
}
