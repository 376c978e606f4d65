import type { LinkPreview } from '@afrochat/contracts'
import { linksIn } from '../previews/links.ts'

/** Of the previews of a message those whose links are still in its text. New links get theirs later, when they were asked. */
export function keptPreviews(previews: readonly LinkPreview[], content: string): LinkPreview[] {
  if (previews.length === 0) return []
  const links = new Set(linksIn(content))
  return previews.filter(({ url }) => links.has(url))
}
