import { describe, expect, it } from '@jest/globals'
import { medianCpuMs } from '@afrochat/test-support/median-ms'
import { readPreview } from './read-preview.ts'

const link = 'https://example.com/article'

/** The bytes in pieces of this size. */
async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const read = (html: string | Uint8Array, { contentType = 'text/html; charset=utf-8', size = 1_000, url = link } = {}) =>
  readPreview({ url, contentType, body: inPieces(typeof html === 'string' ? Buffer.from(html) : html, size) }, { link, mayPointTo: (image) => !image.includes('private') })

const nothing = { url: link, title: null, description: null, site_name: null, image_url: null }

describe('a page', () => {
  it('says its title, its description, where it is, and which picture goes with it', async () => {
    const preview = await read(`<!doctype html><html><head><title>Plain</title>
      <meta property="og:title" content="A &amp; B &#x1F600;"><meta property="og:description" content="What it is about">
      <meta property="og:site_name" content="The Example"><meta property="og:image" content="/picture.png?a=1&amp;b=2"></head>`)
    expect(preview).toEqual({
      url: link, title: 'A & B 😀', description: 'What it is about', site_name: 'The Example', image_url: 'https://example.com/picture.png?a=1&b=2',
    })
  })

  it.each([
    ['<title>  A\n title </title>', { ...nothing, title: 'A title' }],
    ['<title>T</title><meta name="description" content="D">', { ...nothing, title: 'T', description: 'D' }],
    ['<META NAME="Twitter:Title" CONTENT="T">', { ...nothing, title: 'T' }],
    ['<title></title><meta property="og:title" content=" "><meta name="description" content="D">', { ...nothing, description: 'D' }],
    ['<title>First</title><title>Second</title>', { ...nothing, title: 'First' }],
    ['<meta property="og:title" content="First"><meta property="og:title" content="Second">', { ...nothing, title: 'First' }],
    ['<script>document.write("<title>No</title>")</script><title>Yes</title>', { ...nothing, title: 'Yes' }],
    ['<!-- <title>No</title> --><title>Yes</title>', { ...nothing, title: 'Yes' }],
    ['<title>a<b>c</title>', { ...nothing, title: 'a<b>c' }],
    ['<meta property="__proto__" content="x"><meta property="constructor" content="y"><title>T</title>', { ...nothing, title: 'T' }],
  ])('is read for what it says: %s', async (html, preview) => {
    expect(await read(html)).toEqual(preview)
    expect(await read(html, { size: 1 })).toEqual(preview)
  })

  it.each(['', 'just text', '<body><title>in the body</title>', '<svg><title>of a picture</title></svg>', '<meta property="og:image" content="https://example.com/x.png">', '<title>\u200b\u202e</title>'])(
    'that says nothing gives nothing: %j', async (html) => {
      expect(await read(html)).toBeUndefined()
    })

  it.each(['image/png', 'application/pdf', 'text/plain', 'application/json', 'text/htmlx', '', 'multipart/text/html'])('of another type gives nothing: %j', async (contentType) => {
    expect(await read('<title>T</title>', { contentType })).toBeUndefined()
  })

  it('is cut to bounds, at whole characters, on one line, without what does things to its surroundings', async () => {
    const preview = await read(`<title>${'😀'.repeat(5_000)}</title><meta name="description" content="a\u202eb\u0000c\u001b[2J\r\nd\u2066e ${'x'.repeat(300_000)}">
      <meta property="og:site_name" content="${'s'.repeat(200)}">`)
    expect([...(preview?.title ?? '')]).toHaveLength(300)
    expect(preview?.title).toBe('😀'.repeat(300))
    expect(preview?.description).toMatch(/^a b.c \[2J d ex*/)
    expect(preview?.description).not.toMatch(/[\p{Control}\u202a-\u202e\u2066-\u2069]/u)
    expect([preview?.description?.length, preview?.site_name?.length]).toEqual([1_000, 100])
  })

  it('shows no markup of its own: it is text', async () => {
    expect((await read('<meta property="og:title" content="<script>alert(1)</script>"><meta name="description" content="&lt;img src=x&gt;">'))?.title).toBe('<script>alert(1)</script>')
  })
})

describe('a picture', () => {
  it.each([
    ['https://example.com/x.png', 'https://example.com/x.png'], ['x.png', 'https://example.com/x.png'], ['//cdn.example/x.png', 'https://cdn.example/x.png'],
    ['http://example.com/x.png', null], ['javascript:alert(1)', null], ['data:image/png;base64,x', null], ['https://private.example/x.png', null], ['https://', null], ['', null],
  ])('is a URL of the public web, by https: %j', async (content, image_url) => {
    expect(await read(`<title>T</title><meta property="og:image" content="${content}">`)).toEqual({ ...nothing, title: 'T', image_url: content === '' ? null : image_url })
  })
})

describe('letters', () => {
  const latin1 = Buffer.from('<title>caf\xe9</title>', 'latin1')

  it.each([
    ['by the header', latin1, 'text/html; charset=ISO-8859-1', 'café'],
    ['by the page', Buffer.concat([Buffer.from('<meta charset="windows-1252">'), latin1]), 'text/html', 'café'],
    ['by the page, as of old', Buffer.concat([Buffer.from('<meta http-equiv="Content-Type" content="text/html; charset=latin1">'), latin1]), 'text/html', 'café'],
    ['by the mark', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('<title>café</title>', 'utf16le')]), 'text/html; charset=utf-8', 'café'],
    ['by nothing: UTF-8', Buffer.from('<title>café</title>'), 'text/html', 'café'],
    ['by a lie: with wrong letters', latin1, 'text/html; charset=utf-8', 'caf\ufffd'],
    ['by a charset that nobody knows: UTF-8', Buffer.from('<title>café</title>'), 'text/html; charset=klingon', 'café'],
    ['by one that is none: UTF-8', Buffer.from('<title>café</title>'), 'text/html; charset="../../x"', 'café'],
    ['of Japan', Buffer.concat([Buffer.from('<title>'), Buffer.from([0x93, 0xfa, 0x96, 0x7b]), Buffer.from('</title>')]), 'text/html; charset=Shift_JIS', '日本'],
  ])('are read %s', async (_how, bytes, contentType, title) => {
    expect((await read(bytes, { contentType }))?.title).toBe(title)
    expect((await read(bytes, { contentType, size: 1 }))?.title).toBe(title)
  })
})

describe('half a megabyte of anything', () => {
  const SIZE = 512 * 1_024
  it.each(['<b>', '<head>', '<noscript>', '<template>', '<meta x=y>', '<meta ', ' a=b', '<!--', '<![CDATA[', '<?', '&amp;', '&#', '<', '</', '<title>', '</title>', '<script>', '"', '\0', '<meta property="og:title" content="', '<svg><title>'])(
    'is read in no time: %j', async (piece) => {
      const page = piece.repeat(Math.floor(SIZE / piece.length))
      expect(await medianCpuMs(() => read(page, { size: 16_384 }))).toBeLessThan(1_000)
    })
})
