import type { ChannelId, MessageId } from '@afrochat/kernel'
import { replaceOutsideCode } from '../mentions/outside-code.ts'

/** What one message quotes at most: more of them would be read and sent again with every page that shows it. */
export const MAX_QUOTES = 5

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'

/** Where a message is found by people. */
export interface MessagePlace {
  readonly slug: string
  readonly channelId: ChannelId
  readonly messageId: MessageId
}

/** Links to messages of one installation, which people reach at `publicUrl`. */
export interface Permalinks {
  of(place: MessagePlace): string
  /**
   * The messages whose links are in the text, outside code, in their order; the first five. Whether there are such
   * messages is not asked here: to say so would tell the author of messages that they may not know.
   */
  quotedIn(content: string): MessageId[]
}

export function createPermalinks(publicUrl: string): Permalinks {
  const base = publicUrl.replace(/\/+$/, '')
  // A link that stands by itself: not the end of a longer one, nor its beginning.
  const link = new RegExp(`(?<![\\p{L}\\p{N}/=?&%#.-])${base.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}/w/[a-z0-9-]{1,80}/c/${UUID}/m/(${UUID})(?![\\p{L}\\p{N}/-])`, 'gu')

  return {
    of: ({ slug, channelId, messageId }) => `${base}/w/${slug}/c/${channelId}/m/${messageId}`,
    quotedIn(content) {
      if (!content.includes(base)) return []
      const found = new Set<string>()
      replaceOutsideCode(content, (prose) => {
        for (const [, id] of prose.matchAll(link)) if (id !== undefined && found.size < MAX_QUOTES) found.add(id)
        return prose
      })
      // The pattern was just matched: each has the form of an id.
      return [...found] as MessageId[]
    },
  }
}
