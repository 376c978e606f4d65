import { replaceOutsideCode } from '../mentions/outside-code.ts'

/** A link that does not begin inside a word. Brackets, quotation marks and what no URL holds end it. */
const LINK = /(?<![\p{L}\p{N}])https?:\/\/[^\s<>[\]{}"`|\\^\p{Control}]+/giu
/** What stands behind a link more often than in it. A closing parenthesis counts as such unless the link has opened one. */
const TRAILING = new Set(['.', ',', ';', ':', '!', '?', "'", '*', '_', '~', ')'])
const MAX_LENGTH = 2_048

/** The links in a text, outside code, each once, as they are written and in that order. */
export function linksIn(content: string): string[] {
  if (!/https?:\/\//i.test(content)) return []
  const links = new Set<string>()
  replaceOutsideCode(content, (prose) => {
    for (const [match] of prose.matchAll(LINK)) {
      const link = withoutTrailing(match)
      if (link.length <= MAX_LENGTH && URL.canParse(link)) links.add(link)
    }
    return prose
  })
  return [...links]
}

/** In one pass from the end, however many of them there are. */
function withoutTrailing(link: string): string {
  let unopened = count(link, ')') - count(link, '(')
  let end = link.length
  while (end > 0 && TRAILING.has(link.charAt(end - 1))) {
    if (link.charAt(end - 1) === ')' && unopened-- <= 0) break
    end -= 1
  }
  return link.slice(0, end)
}

const count = (text: string, character: string): number => text.split(character).length - 1
