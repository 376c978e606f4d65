import { channelStream, type LinkPreview } from '@afrochat/contracts'
import { lockHeads, nextSeq, type Db, type Transact } from '@afrochat/database'
import type { MessageId } from '@afrochat/kernel'
import { sharedOf } from '../messages/message.view.ts'
import { ofItself } from '../planned/on-behalf-of.ts'
import type { WebPages } from '../ports.ts'
import { linksIn } from './links.ts'
import * as messages from './previews.repository.ts'
import { readPreview } from './read-preview.ts'

export interface PreviewDeps {
  readonly db: Db
  readonly transact: Transact
  readonly pages: WebPages
  /** Where people reach the installation: its own pages are no news to them. */
  readonly publicUrl: string
}

export interface FetchPreviews {
  readonly messageId: MessageId
  readonly requestId: string
}

/** More would be a list of links and not a message. */
const MAX_PREVIEWS = 5

/**
 * Asks the pages behind the links of a message what they are, and adds that to the message: a change of it without the
 * mark of an edit. What became of the message in the meantime decides: it is read again under its channel's lock.
 */
export async function fetchPreviews(deps: PreviewDeps, { messageId, requestId }: FetchPreviews): Promise<void> {
  const message = await messages.findOpen(deps.db, messageId)
  if (message === undefined) return
  const known = new Set(message.previews.map(({ url }) => url))
  const wanted = previewable(deps, message.content).filter((link) => !known.has(link))
  const found = (await Promise.all(wanted.map((link) => previewOf(deps, link)))).filter((preview) => preview !== undefined)
  if (found.length > 0) await addPreviews(deps, { messageId, requestId, channelId: message.channel_id, found })
}

/** The first links of a text that lead elsewhere. */
function previewable({ pages, publicUrl }: Pick<PreviewDeps, 'pages' | 'publicUrl'>, content: string): string[] {
  const own = URL.parse(publicUrl)?.origin
  return linksIn(content).filter((link) => pages.mayPointTo(link) && URL.parse(link)?.origin !== own).slice(0, MAX_PREVIEWS)
}

const previewOf = ({ pages }: PreviewDeps, link: string): Promise<LinkPreview | undefined> =>
  pages.visit(link, (page) => readPreview(page, { link, mayPointTo: pages.mayPointTo }))

interface Addition extends FetchPreviews {
  readonly channelId: Parameters<typeof channelStream>[0]
  readonly found: readonly LinkPreview[]
}

async function addPreviews(deps: PreviewDeps, { messageId, requestId, channelId, found }: Addition): Promise<void> {
  await deps.transact(ofItself(requestId), async ({ tx, emit }) => {
    await lockHeads(tx, [channelId])
    // A later statement: deleted, edited, or archived while we were away, it stays as it is.
    const message = await messages.findOpen(tx, messageId)
    if (message === undefined) return
    const byLink = new Map([...found, ...message.previews].map((preview) => [preview.url, preview]))
    const previews = previewable(deps, message.content).flatMap((link) => byLink.get(link) ?? [])
    if (previews.every(({ url }) => message.previews.some((preview) => preview.url === url))) return

    const seq = await nextSeq(tx, channelId)
    const row = await messages.replacePreviews(tx, message, { previews, seq })
    emit({ type: 'message_updated', stream: channelStream(channelId), workspaceId: message.workspace_id, seq, payload: sharedOf(row), messageId })
  })
}
