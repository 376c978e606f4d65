// The process that decodes other people's pictures. It has no secrets, no connections and nothing to lose: what a picture
// does to the decoder, it does to this process alone, and create-image-encoder.ts starts another one.
import sharp, { type Metadata } from 'sharp'
import type { EncodeRequest, EncoderMessage, ImageLimits } from './encoder-messages.ts'

/** Nothing is worth keeping between two pictures of strangers, and one core is enough for what waits in line anyway. */
sharp.cache(false)
sharp.concurrency(1)
/** The decoders of libvips are many, and most of its faults were in those that nobody needs here. */
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({ operation: ['VipsForeignLoadPngBuffer', 'VipsForeignLoadJpegBuffer', 'VipsForeignLoadNsgifBuffer', 'VipsForeignLoadWebpBuffer'] })

const QUALITY = 85

/**
 * Decodes and encodes anew: what comes out is pixels, whatever the bytes were besides a picture. Comments, colour
 * profiles, places and camera names (EXIF, XMP) stay behind; how a camera was held is turned into the pixels first.
 */
async function encode({ bytes, maxSide, limits }: EncodeRequest): Promise<EncoderMessage> {
  // Without a limit: nothing is decoded yet, and ours says which one it was.
  const metadata = await sharp(bytes, { limitInputPixels: false }).metadata()
  const why = whyTooLarge(metadata, limits)
  if (why !== undefined) return { kind: 'too_large', why }

  const isAnimated = (metadata.pages ?? 1) > 1
  const picture = sharp(bytes, { animated: isAnimated, limitInputPixels: limits.pixels, failOn: 'error' })
  // Animations are kept frame by frame, and neither turned nor cut: libvips sees them as one tall picture.
  const upright = isAnimated ? picture : picture.autoOrient()
  const { data, info } = await upright
    .resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: QUALITY })
    .toBuffer({ resolveWithObject: true })
  if (data.length > limits.outputBytes) return { kind: 'too_large', why: 'This animation is too long' }
  return { kind: 'encoded', bytes: data, width: info.width, height: info.pageHeight ?? info.height }
}

/** By what the header says, before anything is decoded. A header that lies is stopped by `limitInputPixels` and by time. */
function whyTooLarge({ width, height, pages = 1 }: Metadata, limits: ImageLimits): string | undefined {
  if (pages > limits.frames) return `An animation has at most ${limits.frames.toLocaleString('en')} frames`
  if (width * height * pages > limits.pixels) return `A picture has at most ${Math.floor(limits.pixels / 1_000_000)} million pixels, those of all frames together`
  return undefined
}

const answer = (message: EncoderMessage) => process.send?.(message)

process.on('message', (request: EncodeRequest) => {
  encode(request).then(answer, (error: unknown) => answer({ kind: 'invalid', why: error instanceof Error ? error.message : String(error) }))
})
// Whoever asked is gone.
process.on('disconnect', () => process.exit())
answer({ kind: 'ready' })
