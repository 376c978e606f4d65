import type { LinkPreview } from '@afrochat/contracts'

/** Of the previews of a message those whose links are still in its text. New links get theirs later, when they were asked. */
export function keptPreviews(previews: readonly LinkPreview[], content: string): LinkPreview[] {
  return previews.filter(({ url }) => hasLink(content, url))
}

/** The link itself, not one that begins like it. */
function hasLink(content: string, url: string): boolean {
  for (let at = content.indexOf(url); at !== -1; at = content.indexOf(url, at + url.length)) {
    if (!GOES_ON.test(content.charAt(at + url.length))) return true
  }
  return false
}

/** What a link may hold; a bracket or quotation mark ends it, and punctuation may or may not. */
const GOES_ON = /[\p{L}\p{N}/_~%@&=+$#?-]/u
