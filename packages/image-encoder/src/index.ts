export { createImageEncoder, type EncodedImage, type ImageEncoder, type ImageEncoderOptions } from './create-image-encoder.ts'
