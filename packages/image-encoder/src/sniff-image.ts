export type ImageType = 'png' | 'jpeg' | 'gif' | 'webp'

const SIGNATURES: Readonly<Record<ImageType, (bytes: Buffer) => boolean>> = {
  png: (bytes) => bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])),
  jpeg: (bytes) => bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff])),
  gif: (bytes) => ['GIF87a', 'GIF89a'].includes(bytes.toString('latin1', 0, 6)),
  webp: (bytes) => bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP',
}
const TYPES = Object.keys(SIGNATURES) as ImageType[] // Object.keys forgets that it knows them.

/** What the bytes begin like, whatever was said of them; undefined: nothing that is decoded here. */
export const sniffImage = (bytes: Buffer): ImageType | undefined => TYPES.find((type) => SIGNATURES[type](bytes))
