import { Parser } from 'htmlparser2'

/** What a page says of itself: the `meta` of its head by name, in lower case, each the first of its name; `<title>` is `title`. */
export type PageHead = ReadonlyMap<string, string>

/** Elements of a head. Any other is the beginning of the body, where nothing is of interest. */
const OF_THE_HEAD = new Set(['html', 'head', 'title', 'meta', 'link', 'script', 'style', 'base', 'noscript', 'template'])
/**
 * More is no head of a page. The parser does not recurse, but keeps the open elements in a list that it shifts: 170,000
 * nested ones, which fit into what is read of a page, take it ten seconds.
 */
const MAX_ELEMENTS = 2_000
const MAX_TITLE_LENGTH = 2_000

/** Reads as little as it can: up to the body, or to the end of what comes. */
export async function readHead(text: AsyncIterable<string>): Promise<PageHead> {
  const head = new Map<string, string>()
  let elements = 0
  let isOver = false
  let title: string | undefined

  const end = () => {
    isOver = true
    parser.pause()
  }
  const parser = new Parser({
    onopentag(name, attributes) {
      elements += 1
      if (!OF_THE_HEAD.has(name) || elements > MAX_ELEMENTS) return end()
      if (name === 'meta') noteMeta(head, attributes)
      if (name === 'title' && !head.has('title')) title = ''
    },
    ontext(data) {
      if (title !== undefined && title.length < MAX_TITLE_LENGTH) title += data
    },
    onclosetag(name) {
      if (name === 'title' && title !== undefined) {
        head.set('title', title)
        title = undefined
      }
      if (name === 'head') end()
    },
  })

  for await (const part of text) {
    parser.write(part)
    if (isOver) break
  }
  return head
}

function noteMeta(head: Map<string, string>, { property, name, content }: Readonly<Record<string, string>>): void {
  const key = (property ?? name)?.trim().toLowerCase()
  // `title` is the element's.
  if (key !== undefined && content !== undefined && key !== 'title' && !head.has(key)) head.set(key, content)
}
