import type { LinkPreview } from '@afrochat/contracts'
import { toSingleLine } from '@afrochat/kernel'
import type { WebPage } from '../ports.ts'
import { readHead, type PageHead } from './page-head.ts'
import { pageText } from './page-text.ts'

const MAX_TITLE = 300
const MAX_DESCRIPTION = 1_000
const MAX_SITE_NAME = 100

export interface ReadPreview {
  /** As it is written in the message. */
  readonly link: string
  /** Whether a picture may be at this URL, for whoever reads the message to fetch: we never do. */
  readonly mayPointTo: (url: string) => boolean
}

/** What a page says of itself, as plain text within bounds; undefined where it says nothing, or is no page. */
export async function readPreview(page: WebPage, { link, mayPointTo }: ReadPreview): Promise<LinkPreview | undefined> {
  if (!/^\s*(?:text\/html|application\/xhtml\+xml)\s*(?:;|$)/i.test(page.contentType)) return undefined
  const head = await readHead(pageText(page.contentType, page.body))
  const title = textOf(head, MAX_TITLE, ['og:title', 'twitter:title', 'title'])
  const description = textOf(head, MAX_DESCRIPTION, ['og:description', 'twitter:description', 'description'])
  if (title === null && description === null) return undefined
  return { url: link, title, description, site_name: textOf(head, MAX_SITE_NAME, ['og:site_name', 'application-name']), image_url: imageOf(head, page.url, mayPointTo) }
}

/** The first of these that has something to see: on one line, without characters that do things. */
function textOf(head: PageHead, maxLength: number, names: readonly string[]): string | null {
  for (const name of names) {
    // Cut before and after: a title of half a megabyte is looked at no longer than one of a hundred words.
    const line = toSingleLine((head.get(name) ?? '').slice(0, 4 * maxLength).toWellFormed())
    if (line !== '') return [...line].slice(0, maxLength).join('')
  }
  return null
}

/** By https alone: a page of ours that shows it is one. */
function imageOf(head: PageHead, base: string, mayPointTo: (url: string) => boolean): string | null {
  for (const name of ['og:image:secure_url', 'og:image', 'og:image:url', 'twitter:image']) {
    const reference = head.get(name)?.trim() ?? ''
    const url = reference === '' ? null : URL.parse(reference, base)
    if (url?.protocol === 'https:' && mayPointTo(url.href)) return url.href
  }
  return null
}
