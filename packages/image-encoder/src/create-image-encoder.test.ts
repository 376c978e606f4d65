import { afterAll, describe, expect, it } from '@jest/globals'
import sharp from 'sharp'
import { createImageEncoder } from './create-image-encoder.ts'
import { aFlood, aGif, aPicture, ANIMATION, EXIF_SECRET, withExif } from './testing/pictures.ts'

const encoder = createImageEncoder()
afterAll(() => encoder.close())

describe('a picture', () => {
  it.each(['png', 'jpeg', 'gif', 'webp'] as const)('that is a %s becomes a small WebP of the same shape', async (type) => {
    const image = await encoder.encode(await aPicture({ type, width: 600, height: 300 }), 128)
    expect(image).toMatchObject({ contentType: 'image/webp', width: 128, height: 64 })
    expect(await sharp(image.bytes).metadata()).toMatchObject({ format: 'webp', width: 128, height: 64 })
  })

  it('that is small already is not made larger', async () => {
    expect(await encoder.encode(await aPicture({ type: 'png', width: 20, height: 10 }), 128)).toMatchObject({ width: 20, height: 10 })
  })

  it('keeps what is transparent', async () => {
    const { bytes } = await encoder.encode(await aPicture({ type: 'png', width: 20, height: 10, alpha: 0.5 }), 128)
    expect(await sharp(bytes).metadata()).toMatchObject({ hasAlpha: true })
  })

  it.each(['gif', 'webp'] as const)('that moves as a %s goes on moving: frames, their times and how often', async (type) => {
    const image = await encoder.encode(await aGif(type), 64)
    expect(image).toMatchObject({ width: 64, height: 48 })
    expect(await sharp(image.bytes).metadata()).toMatchObject({ pages: ANIMATION.frames, delay: ANIMATION.delay, loop: ANIMATION.loop })
  })

  it('loses the place and the camera that its EXIF names, and stands upright as that said', async () => {
    const sent = await withExif({ width: 200, height: 100 })
    expect(sent.includes(EXIF_SECRET)).toBe(true)
    const { bytes, ...size } = await encoder.encode(sent, 128)
    expect(size).toMatchObject({ width: 64, height: 128 })
    expect(bytes.includes(EXIF_SECRET)).toBe(false)
    expect(await sharp(bytes).metadata()).not.toHaveProperty('exif')
  })

  it('loses a second meaning: what stands behind or beside its pixels', async () => {
    const script = '<script>alert(1)</script>'
    for (const type of ['png', 'jpeg', 'gif', 'webp'] as const) {
      const { bytes } = await encoder.encode(Buffer.concat([await aPicture({ type, width: 20, height: 20 }), Buffer.from(`*/=1;${script}`)]), 128)
      expect(bytes.includes('script')).toBe(false)
    }
  })
})

describe('what is refused', () => {
  it.each([
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><script/></svg>'], ['HTML', '<!doctype html><script>alert(1)</script>'],
    ['PDF', '%PDF-1.7'], ['TIFF', 'II*\0\x08\0\0\0'], ['PSD', '8BPS\0\x01'], ['MVG', 'push graphic-context'], ['HEIC', '\0\0\0\x18ftypheic'],
    ['AVIF', '\0\0\0\x1cftypavif'], ['BMP', 'BM'], ['nothing', ''], ['a WAV', 'RIFF\0\0\0\0WAVEfmt '],
  ])('%s, as no picture that is taken here', async (_, text) => {
    await expect(encoder.encode(Buffer.from(text, 'latin1'), 128)).rejects.toMatchObject({ kind: 'unsupported', code: 'unsupported_media_type' })
  })

  it.each(['png', 'jpeg', 'gif', 'webp'] as const)('a %s that is cut off or garbled', async (type) => {
    const whole = await aPicture({ type, width: 60, height: 60 })
    const garbled = Buffer.from(whole).fill(0xa5, 20)
    for (const bytes of [whole.subarray(0, 16), garbled]) {
      await expect(encoder.encode(bytes, 128)).rejects.toMatchObject({ kind: 'unprocessable', code: 'invalid_image' })
    }
  })

  it('a flood of pixels in a small file, by its header', async () => {
    const flood = aFlood({ width: 60_000, height: 60_000 })
    expect(flood.length).toBeLessThan(1_000)
    await expect(encoder.encode(flood, 128)).rejects.toMatchObject({ kind: 'unprocessable', code: 'image_too_large' })
  })

  it('an animation of 60,000 frames in a small file', async () => {
    const frame = Buffer.from([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0])
    const bytes = Buffer.concat([Buffer.from('GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff', 'latin1'), ...Array<Buffer>(60_000).fill(frame), Buffer.from(';')])
    expect(bytes.length).toBeLessThan(1_048_576)
    await expect(encoder.encode(bytes, 128)).rejects.toMatchObject({ code: 'image_too_large', message: 'An animation has at most 1,000 frames' })
  })

  it('an animation that would not be small as it is kept', async () => {
    const strict = createImageEncoder({ limits: { pixels: 50_000_000, frames: 1_000, outputBytes: 200 } })
    await expect(strict.encode(await aGif('gif'), 128)).rejects.toMatchObject({ code: 'image_too_large' })
    strict.close()
  })
})

describe('the process that decodes', () => {
  it('is given up when a picture takes too long, and the next picture has a new one', async () => {
    const hurried = createImageEncoder({ timeoutMs: 200 })
    const slow = await aPicture({ type: 'png', width: 7_000, height: 7_000, interlaced: true })
    const quick = await aPicture({ type: 'png', width: 20, height: 20 })
    // Several quick ones: on a machine that stands still at times, one of them may take too long as well.
    const [tooSlow, ...others] = await Promise.allSettled([slow, ...Array.from({ length: 10 }, () => quick)].map((picture) => hurried.encode(picture, 128)))
    expect(tooSlow).toMatchObject({ status: 'rejected', reason: { kind: 'unprocessable', code: 'image_too_large' } })
    expect(others.some(({ status }) => status === 'fulfilled')).toBe(true)
    hurried.close()
  })

  it('takes one after the other, and refuses a crowd instead of letting it wait', async () => {
    const picture = await aPicture({ type: 'png', width: 20, height: 20 })
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => encoder.encode(picture, 128)))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(30)
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ kind: 'unavailable', retryAfterSeconds: 5 })
    await expect(encoder.encode(picture, 128)).resolves.toBeDefined()
  })

  it('is started anew after it was closed or has been idle', async () => {
    const passing = createImageEncoder({ idleMs: 1 })
    const picture = await aPicture({ type: 'png', width: 20, height: 20 })
    for (let index = 0; index < 3; index += 1) expect(await passing.encode(picture, 128)).toMatchObject({ width: 20 })
    passing.close()
    expect(await passing.encode(picture, 128)).toMatchObject({ width: 20 })
    passing.close()
  })
})
