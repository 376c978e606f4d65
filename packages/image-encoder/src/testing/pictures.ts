import { crc32, deflateSync } from 'node:zlib'
import sharp, { type CreateRaw } from 'sharp'

export interface PictureFacts {
  readonly type: 'png' | 'jpeg' | 'gif' | 'webp'
  readonly width: number
  readonly height: number
  readonly alpha?: number
  readonly interlaced?: boolean
}

/** A picture of one colour. */
export const aPicture = ({ type, width, height, alpha = 1, interlaced = false }: PictureFacts): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 4, background: { r: 200, g: 80, b: 20, alpha } } })
    .toFormat(type, { progressive: interlaced }).toBuffer()

export const ANIMATION = { frames: 5, delay: [50, 60, 70, 80, 90], loop: 3 }

/** Five frames of changing colours, 80 by 60. */
export function aGif(type: 'gif' | 'webp'): Promise<Buffer> {
  const [width, height] = [80, 60]
  const frames = Array.from({ length: ANIMATION.frames }, (_, index) => Buffer.alloc(width * height * 3, index * 40))
  const raw: CreateRaw & { pageHeight: number } = { width, height: height * frames.length, channels: 3, pageHeight: height }
  return sharp(Buffer.concat(frames), { raw }).toFormat(type, { delay: ANIMATION.delay, loop: ANIMATION.loop }).toBuffer()
}

export const EXIF_SECRET = 'Secret place, 51.5N'

/** A JPEG taken with the camera on its side, by whom and where. */
export const withExif = async ({ width, height }: { width: number; height: number }): Promise<Buffer> =>
  sharp(await aPicture({ type: 'jpeg', width, height }))
    .withExif({ IFD0: { Copyright: EXIF_SECRET }, IFD3: { GPSLatitudeRef: 'N' } }).withMetadata({ orientation: 6 }).jpeg().toBuffer()

/** A PNG whose header promises so many pixels and whose body is nearly empty. */
export function aFlood({ width, height }: { width: number; height: number }): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 6, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.alloc(100))), chunk('IEND', Buffer.alloc(0))])
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}
