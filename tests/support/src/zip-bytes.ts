import { writeFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateRawSync } from 'node:zlib'

/** For the tests: one entry of a zip, with every lie that its headers can tell. */
export interface ZipEntry {
  readonly name: string
  readonly content?: string | Buffer
  readonly stored?: boolean
  readonly crc?: number
  /** What the directory says that it unpacks to. */
  readonly claimedSize?: number
  readonly flags?: number
  readonly method?: number
  /** Unix mode, in the upper half of the external attributes. */
  readonly mode?: number
  /** Take the bytes of this earlier entry instead of own ones, as overlapping bombs do. */
  readonly sameBytesAs?: string
}

const UTF8_NAME = 0x800
const MADE_BY_UNIX = 3 << 8 | 20

/** The bytes of a zip with these entries. */
export function zipBytes(entries: readonly ZipEntry[], claimedCount = entries.length): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  const offsets = new Map<string, { offset: number; packed: Buffer; size: number; crc: number }>()
  let offset = 0
  for (const entry of entries) {
    const content = Buffer.from(entry.content ?? '')
    const packed = entry.stored === true ? content : deflateRawSync(content)
    const own = { offset, packed, size: entry.claimedSize ?? content.length, crc: entry.crc ?? crc32(content) }
    const placed = (entry.sameBytesAs === undefined ? undefined : offsets.get(entry.sameBytesAs)) ?? own
    if (placed === own) {
      const local = Buffer.concat([header(entry, own, 'local'), packed])
      parts.push(local)
      offset += local.length
    }
    offsets.set(entry.name, placed)
    directory.push(header(entry, placed, 'central'))
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(Math.min(claimedCount, 0xffff), 8)
  end.writeUInt16LE(Math.min(claimedCount, 0xffff), 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, central, end])
}

function header(entry: ZipEntry, { offset, packed, size, crc }: { offset: number; packed: Buffer; size: number; crc: number }, kind: 'local' | 'central'): Buffer {
  const name = Buffer.from(entry.name)
  const isCentral = kind === 'central'
  const fixed = Buffer.alloc(isCentral ? 46 : 30)
  const base = isCentral ? 2 : 0
  fixed.writeUInt32LE(isCentral ? 0x02014b50 : 0x04034b50, 0)
  if (isCentral) fixed.writeUInt16LE(MADE_BY_UNIX, 4)
  fixed.writeUInt16LE(20, 4 + base)
  fixed.writeUInt16LE((entry.flags ?? 0) | UTF8_NAME, 6 + base)
  fixed.writeUInt16LE(entry.method ?? (entry.stored === true ? 0 : 8), 8 + base)
  fixed.writeUInt32LE(crc, 14 + base)
  fixed.writeUInt32LE(packed.length, 18 + base)
  fixed.writeUInt32LE(size, 22 + base)
  fixed.writeUInt16LE(name.length, 26 + base)
  if (isCentral) {
    fixed.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 38)
    fixed.writeUInt32LE(offset, 42)
  }
  return Buffer.concat([fixed, name])
}

/** Writes a file of these bytes into a folder of its own; `drop` removes both. */
export function aTemporaryFile(bytes: Buffer, name = 'export.zip'): { path: string; drop(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'afrochat-import-'))
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return { path, drop: () => rmSync(folder, { recursive: true }) }
}
