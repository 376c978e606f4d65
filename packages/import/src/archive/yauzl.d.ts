/** The part of yauzl 3 that is used here; the types on the registry describe version 2. */
declare module 'yauzl' {
  import type { Readable } from 'node:stream'

  export interface Entry {
    readonly fileName: string
    readonly compressedSize: number
    readonly uncompressedSize: number
    readonly crc32: number
    readonly compressionMethod: number
    readonly versionMadeBy: number
    readonly externalFileAttributes: number
    isEncrypted(): boolean
  }

  export interface ZipFile {
    readonly entryCount: number
    eachEntry(): AsyncIterable<Entry>
    openReadStreamPromise(entry: Entry): Promise<Readable>
    close(): void
  }

  export interface Options {
    lazyEntries: true
    autoClose: false
    strictFileNames: true
  }

  export function openPromise(path: string, options: Options): Promise<ZipFile>
}
