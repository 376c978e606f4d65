import { DomainError } from '@afrochat/kernel'

export const unsupportedImage = () =>
  new DomainError('unsupported', 'unsupported_media_type', 'Send a picture: PNG, JPEG, GIF or WebP')
/** `cause`: what the decoder said, or how it died. For the log alone: it may name memory and files. */
export const invalidImage = (cause: unknown) =>
  new DomainError('unprocessable', 'invalid_image', 'This picture is broken: it cannot be shown', { cause })
export const imageTooLarge = (why: string) => new DomainError('unprocessable', 'image_too_large', why)
/** Pictures are processed one after the other: more than can be worked off in time are asked to come back. */
export const tooManyImages = (cause?: unknown) =>
  new DomainError('unavailable', 'service_unavailable', 'Too many pictures are being processed at this moment', { retryAfterSeconds: 5, cause })
