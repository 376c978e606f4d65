/** What the decoding process is asked. */
export interface EncodeRequest {
  readonly bytes: Uint8Array
  readonly maxSide: number
  readonly limits: ImageLimits
}

/** What a picture may cost, looked at before it is decoded. */
export interface ImageLimits {
  /** Of all frames together. */
  readonly pixels: number
  readonly frames: number
  /** Of the picture that comes out. */
  readonly outputBytes: number
}

/** What it answers. `ready` comes once, when it has loaded. */
export type EncoderMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'encoded'; readonly bytes: Uint8Array; readonly width: number; readonly height: number }
  | { readonly kind: 'too_large'; readonly why: string }
  | { readonly kind: 'invalid'; readonly why: string }
