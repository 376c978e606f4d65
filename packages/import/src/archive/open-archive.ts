import { constants } from 'node:fs'
import { types } from 'node:util'
import { crc32 } from 'node:zlib'
import { DomainError } from '@afrochat/kernel'
import { openPromise, type Entry, type ZipFile } from 'yauzl'
import { archiveRefused, archiveTooLarge, quoted } from './archive.errors.ts'

/** How much an archive may make us do. Counted while unpacking: what its directory claims is the sender's word. */
export interface ArchiveLimits {
  /** Entries at most. */
  readonly maxEntries: number
  /** All entries together, unpacked, in bytes. */
  readonly maxTotalBytes: number
  /** Unpacked bytes for each packed one, of every entry larger than `ratioFromBytes`. */
  readonly maxRatio: number
  readonly ratioFromBytes: number
}

const GIB = 1024 ** 3

export const DEFAULT_ARCHIVE_LIMITS: ArchiveLimits = {
  maxEntries: 100_000,
  maxTotalBytes: 4 * GIB,
  // Chat as JSON shrinks to a fifth or a tenth; deflate alone reaches 1,032.
  maxRatio: 100,
  // A few lines that repeat themselves are no bomb.
  ratioFromBytes: 1024 ** 2,
}

/** A zip whose directory has been checked. Its files are only ever read, and never written anywhere. */
export interface Archive {
  /** The names of its files, in the order of the directory; folders are left out. */
  readonly names: readonly string[]
  /** What the directory says of a file: good for telling whether it is the same as last time, once it has been read. */
  fingerprintOf(name: string): string
  /** Unpacked, in bytes, as the directory says; reading it finds out whether that is so. */
  sizeOf(name: string): number
  /** Whether the file has been read to its end, and was what the directory says. */
  isChecked(name: string): boolean
  /** Unpacks a file chunk by chunk, counting and checking as it goes. Throws `archive_refused` or `archive_too_large`. */
  read(name: string): AsyncIterable<Buffer>
  close(): void
}

/** Opens a zip and checks every entry of its directory. The caller closes it. Throws `archive_refused` or `archive_too_large`. */
export async function openArchive(path: string, limits: ArchiveLimits = DEFAULT_ARCHIVE_LIMITS): Promise<Archive> {
  const zip = await open(path)
  try {
    if (zip.entryCount > limits.maxEntries) throw archiveTooLarge(`it has ${zip.entryCount} entries, and ${limits.maxEntries} are the most`)
    const entries = await readDirectory(zip)
    const budget: Budget = { limits, seen: new Set(), unpacked: 0 }
    return {
      names: [...entries.keys()],
      fingerprintOf: (name) => `${name}:${entryOf(entries, name).crc32}:${entryOf(entries, name).uncompressedSize}`,
      sizeOf: (name) => entryOf(entries, name).uncompressedSize,
      isChecked: (name) => budget.seen.has(name),
      read: (name) => unpack(zip, entryOf(entries, name), budget),
      close: () => zip.close(),
    }
  } catch (error) {
    zip.close()
    throw error
  }
}

async function open(path: string): Promise<ZipFile> {
  try {
    return await openPromise(path, { lazyEntries: true, autoClose: false, strictFileNames: true })
  } catch (error) {
    // The system's errors (missing, not ours to read) say it better themselves.
    if (types.isNativeError(error) && 'code' in error) throw archiveRefused(`it cannot be read (${error.message})`, error)
    throw archiveRefused('it is not a zip file, or it is cut off', error)
  }
}

async function readDirectory(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>()
  const names = new Set<string>()
  try {
    for await (const entry of zip.eachEntry()) {
      checkEntry(entry)
      // Two of one name: the one that was checked might not be the one that is used.
      if (names.has(entry.fileName)) throw archiveRefused(`it has two entries of the name ${quoted(entry.fileName)}`)
      names.add(entry.fileName)
      if (!entry.fileName.endsWith('/')) entries.set(entry.fileName, entry)
    }
  } catch (error) {
    throw asRefusal(error, 'its directory is broken')
  }
  return entries
}

const MADE_BY_UNIX = 3
const STORED = 0
const DEFLATED = 8

/** Nothing is ever written to a path of the archive; such an entry still says that the sender means harm. */
function checkEntry(entry: Entry): void {
  const name = quoted(entry.fileName)
  if (entry.fileName === '' || entry.fileName.includes('\0')) throw archiveRefused(`the name of the entry ${name} is not allowed`)
  if (entry.isEncrypted()) throw archiveRefused(`the entry ${name} is encrypted`)
  if (entry.versionMadeBy >> 8 === MADE_BY_UNIX && ((entry.externalFileAttributes >>> 16) & constants.S_IFMT) === constants.S_IFLNK) {
    throw archiveRefused(`the entry ${name} is a symbolic link`)
  }
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
    throw archiveRefused(`the entry ${name} is packed in a way (${entry.compressionMethod}) that is not supported`)
  }
}

interface Budget {
  readonly limits: ArchiveLimits
  /** Files that have been counted: one that is read twice counts once. */
  readonly seen: Set<string>
  /** Bytes of all of them. */
  unpacked: number
}

async function* unpack(zip: ZipFile, entry: Entry, budget: Budget): AsyncGenerator<Buffer, void, undefined> {
  const name = quoted(entry.fileName)
  const { limits } = budget
  const isCounted = budget.seen.has(entry.fileName)
  let bytes = 0
  let checksum = 0
  try {
    const chunks: AsyncIterable<Buffer> = await zip.openReadStreamPromise(entry)
    for await (const chunk of chunks) {
      bytes += chunk.length
      checksum = crc32(chunk, checksum)
      if (!isCounted && budget.unpacked + bytes > limits.maxTotalBytes) throw archiveTooLarge(`with the entry ${name} it unpacks to more than ${limits.maxTotalBytes} bytes`)
      if (bytes > limits.ratioFromBytes && bytes > limits.maxRatio * entry.compressedSize) {
        throw archiveTooLarge(`the entry ${name} unpacks to more than ${limits.maxRatio} times its size`)
      }
      yield chunk
    }
  } catch (error) {
    throw asRefusal(error, `the entry ${name} is broken`)
  }
  if (checksum !== entry.crc32) throw archiveRefused(`the entry ${name} does not have the checksum that the archive gives for it`)
  if (!isCounted) budget.unpacked += bytes
  budget.seen.add(entry.fileName)
}

function entryOf(entries: ReadonlyMap<string, Entry>, name: string): Entry {
  const entry = entries.get(name)
  if (entry === undefined) throw archiveRefused(`it has no file ${quoted(name)}`)
  return entry
}

const UNSAFE_NAME = /^(?:absolute path|invalid relative path|invalid characters in fileName): ([^]*)$/

/** What the unpacker found wrong, in our words; its own go along as the cause. (Not `instanceof`: Node's own errors may be of another realm.) */
function asRefusal(error: unknown, what: string): unknown {
  if (error instanceof DomainError || !types.isNativeError(error)) return error
  const name = UNSAFE_NAME.exec(error.message)?.[1]
  return archiveRefused(name === undefined ? what : `the entry ${quoted(name)} has a name that leads out of it`, error)
}
