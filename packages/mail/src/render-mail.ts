import { toSingleLine } from '@afrochat/kernel'
import type { Block, Line, Mail } from './mail.ts'

export interface RenderedMail {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** Names are shorter; more than this is nobody's name. */
const MAX_QUOTED = 100
/** No mail client shows more, and servers refuse lines of a header that are far longer. */
const MAX_SUBJECT = 200

/** The same said twice, as plain text and as HTML. Throws for a link that leads out of the installation. */
export function renderMail({ subject, body }: Mail, publicUrl: string): RenderedMail {
  for (const block of body) if (isLink(block)) assertOurs(block.url, publicUrl)
  const heading = Array.from(toSingleLine(plain(subject))).slice(0, MAX_SUBJECT).join('')
  return {
    subject: heading,
    text: `${body.map(toText).join('\n\n')}\n`,
    html: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escape(heading)}</title></head>`
      + `<body style="font-family:sans-serif;line-height:1.5;max-width:36em;margin:1em auto;padding:0 1em">${body.map(toHtml).join('')}</body></html>`,
  }
}

const isLink = (block: Block): block is Exclude<Block, Line> => !Array.isArray(block)

const toText = (block: Block): string => (isLink(block) ? `${block.label}:\n${block.url}` : plain(block))

/** The address stands below the link as well: who copies it, and who looks where a link leads, need it. */
function toHtml(block: Block): string {
  if (!isLink(block)) return `<p>${escape(plain(block))}</p>`
  const url = escape(block.url)
  return `<p><a href="${url}" style="font-weight:bold">${escape(block.label)}</a><br><small>${url}</small></p>`
}

const plain = (line: Line): string => line.map((part) => (typeof part === 'string' ? part : quote(part.quoted))).join('')

/**
 * Mail clients make links of whatever looks like one, in plain text too: a workspace called "evil.example/login" would
 * be one, in a mail that comes from us. A space of no width behind the marks of an address keeps it a name.
 */
function quote(words: string): string {
  const line = Array.from(toSingleLine(words))
  const kept = line.length > MAX_QUOTED ? [...line.slice(0, MAX_QUOTED), '…'] : line
  return kept.join('').replaceAll(/([.:/@\\])(?=\S)/g, '$1\u200b')
}

function escape(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')
}

function assertOurs(url: string, publicUrl: string): void {
  const [link, home] = [URL.parse(url), new URL(publicUrl)]
  const isOurs = link !== null && ['http:', 'https:'].includes(link.protocol) && link.origin === home.origin && link.username === '' && link.password === ''
  if (!isOurs || link.href !== url) throw new TypeError('A mail links to pages of this installation only')
}
