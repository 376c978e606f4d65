import { readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { aTemporaryFile, zipBytes, type ZipEntry } from '@afrochat/test-support'
import { DEFAULT_ARCHIVE_LIMITS, openArchive } from './open-archive.ts'

const good: ZipEntry = { name: 'users.json', content: '[]' }

const opened: { drop(): void }[] = []
afterEach(() => {
  for (const file of opened.splice(0)) file.drop()
})

describe('openArchive', () => {
  it('gives the files with their bytes, packed or not, and no folders', async () => {
    const archive = await open([good, { name: 'general/' }, { name: 'general/2020-01-01.json', content: '[1]', stored: true }])
    expect(archive.names).toEqual(['users.json', 'general/2020-01-01.json'])
    expect(await textOf(archive.read('users.json'))).toBe('[]')
    expect(await textOf(archive.read('general/2020-01-01.json'))).toBe('[1]')
    archive.close()
  })

  it.each<[string, ZipEntry]>([
    ['climbs out of its folder', { name: '../../etc/passwd' }],
    ['climbs out in the middle', { name: 'general/../../x.json' }],
    ['is absolute', { name: '/etc/passwd' }],
    ['names a drive', { name: 'C:/windows/x.json' }],
    ['hides its way behind backslashes', { name: '..\\..\\x.json' }],
    ['has no name', { name: '' }],
    ['has a NUL in its name', { name: 'users.json\0.txt' }],
    ['is encrypted', { name: 'secret.json', content: 'x', flags: 1 }],
    ['is a symbolic link', { name: 'link.json', content: '/etc/passwd', mode: 0o120777 }],
    ['is packed in an unknown way', { name: 'x.json', content: 'x', method: 14 }],
    ['comes twice', { name: 'users.json' }],
  ])('refuses an archive with an entry that %s, and names it', async (_, entry) => {
    const failure = await open([good, entry]).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'archive_refused', message: expect.stringContaining(shown(entry.name)) })
  })

  it('shows a name in its message so that no terminal obeys it', async () => {
    const failure = await open([{ name: '../\u001b]0;owned\u0007\u202e' }]).catch((error: unknown) => error)
    expect(String(failure)).not.toMatch(/[^\x20-\x7e]/)
  })

  it.each<[string, Buffer]>([
    ['an empty file', Buffer.alloc(0)],
    ['a 7z archive', Buffer.from('377abcaf271c000400000000', 'hex')],
    ['a RAR archive', Buffer.from('526172211a0701000000', 'hex')],
    ['text', Buffer.from('[]'.repeat(100))],
    ['a zip that was cut off', zipBytes([good, { name: 'x.json', content: 'x'.repeat(500) }]).subarray(0, -30)],
    ['a zip that lost its beginning', zipBytes([good, { name: 'x.json', content: 'x'.repeat(500) }]).subarray(60)],
    ['a zip that claims more entries than it has', zipBytes([good], 7)],
  ])('refuses %s in one sentence', async (_, bytes) => {
    const failure = await openBytes(bytes).then((archive) => textOf(archive.read('users.json'))).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'archive_refused', message: expect.stringMatching(/^The archive is refused: [^\n]+\. Nothing of it was imported$/) })
  })

  it('refuses what is not there by the system’s own reason', async () => {
    await expect(openArchive('/nowhere/export.zip')).rejects.toMatchObject({ code: 'archive_refused', message: expect.stringContaining('ENOENT') })
  })

  it('reads no more entries than it allows', async () => {
    const many = Array.from({ length: 11 }, (_, index) => ({ name: `${index}.json` }))
    await expect(open(many, { maxEntries: 10 })).rejects.toMatchObject({ code: 'archive_too_large', message: expect.stringContaining('11 entries') })
    expect((await open(many.slice(1), { maxEntries: 10 })).names).toHaveLength(10)
  })

  it('writes nothing anywhere', async () => {
    const file = aTemporaryFile(zipBytes([good]))
    opened.push(file)
    const archive = await openArchive(file.path)
    await textOf(archive.read('users.json'))
    archive.close()
    expect(readdirSync(dirname(file.path))).toEqual(['export.zip'])
  })
})

describe('reading an entry', () => {
  it.each<[string, Partial<ZipEntry>]>([
    ['has another checksum than it claims', { content: '[1]', crc: 1 }],
    ['has another checksum, stored', { content: '[1]', crc: 1, stored: true }],
    ['is longer than it claims', { content: '[1, 2, 3]', claimedSize: 3 }],
    ['is shorter than it claims', { content: '[1]', claimedSize: 300 }],
  ])('refuses one that %s', async (_, entry) => {
    const archive = await open([good, { name: 'bad.json', ...entry }])
    await expect(textOf(archive.read('bad.json'))).rejects.toMatchObject({ code: 'archive_refused', message: expect.stringContaining('"bad.json"') })
    expect(await textOf(archive.read('users.json'))).toBe('[]')
  })

  it('refuses bytes that are no deflate stream', async () => {
    const archive = await open([{ name: 'bad.json', content: 'not deflated', stored: true, method: 8 }])
    await expect(textOf(archive.read('bad.json'))).rejects.toMatchObject({ code: 'archive_refused', message: expect.stringContaining('"bad.json"') })
  })

  it('stops at a bomb long before it has unpacked it', async () => {
    const archive = await open([{ name: 'bomb.json', content: Buffer.alloc(200 * 1024 ** 2) }])
    let bytes = 0
    const reading = async () => {
      for await (const chunk of archive.read('bomb.json')) bytes += chunk.length
    }
    await expect(reading()).rejects.toMatchObject({ code: 'archive_too_large', message: expect.stringContaining('"bomb.json" unpacks to more than 100 times') })
    expect(bytes).toBeLessThan(30 * 1024 ** 2)
  })

  it('lets a small file shrink as far as it likes', async () => {
    const archive = await open([{ name: 'x.json', content: ' '.repeat(900_000) }])
    expect(await textOf(archive.read('x.json'))).toHaveLength(900_000)
  })

  it('counts all entries together, also those that share their bytes, and each of them once', async () => {
    const content = 'abcdefgh'.repeat(64)
    const entries = [{ name: 'a', content }, { name: 'b', sameBytesAs: 'a' }, { name: 'c', sameBytesAs: 'a' }]
    const archive = await open(entries.map((entry) => ({ ...entry, content })), { maxTotalBytes: 1200 })
    for (const name of ['a', 'b', 'a', 'a', 'b']) await textOf(archive.read(name))
    await expect(textOf(archive.read('c'))).rejects.toMatchObject({ code: 'archive_too_large', message: expect.stringContaining('"c"') })
  })
})

function open(entries: readonly ZipEntry[], limits: Partial<typeof DEFAULT_ARCHIVE_LIMITS> = {}) {
  return openBytes(zipBytes(entries), limits)
}

function openBytes(bytes: Buffer, limits: Partial<typeof DEFAULT_ARCHIVE_LIMITS> = {}) {
  const file = aTemporaryFile(bytes)
  opened.push(file)
  return openArchive(file.path, { ...DEFAULT_ARCHIVE_LIMITS, ...limits })
}

async function textOf(chunks: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts).toString()
}

const shown = (name: string) => JSON.stringify(name).slice(1, -1)
