import type { Chat } from '../chat.ts'
import { knowPeople } from '../know-people.ts'
import { parseStatus } from '../parse-status.ts'
import { renderThread, renderUnread } from '../render-lists.ts'
import { here } from './find.ts'
import { told } from './message-actions.ts'
import { DONE, type Actions } from './outcome.ts'

/** What concerns oneself: what is unread, and what one is doing. */
export const ownActions = {
  unread: async (chat, { seq }) => {
    if (seq !== null) return markUnread(chat, seq)
    const { channels, threads } = await chat.client.getUnreads({ workspace_id: chat.state.workspace.id })
    for (const place of channels) chat.screen.print(renderUnread(chat, place))
    if (threads.unread_count > 0) chat.screen.print(`${threads.unread_count} new in threads that you follow: /threads`)
    return channels.length === 0 && threads.unread_count === 0 ? told(chat, 'You have read everything.') : DONE
  },
  read: async (chat) => {
    await chat.client.markAllRead({ workspace_id: chat.state.workspace.id })
    return told(chat, 'Everything is read.')
  },
  threads: async (chat) => {
    const { items } = await chat.client.listThreads({ workspace_id: chat.state.workspace.id })
    await knowPeople(chat, items.map(({ root }) => root))
    for (const thread of items) chat.screen.print(renderThread(chat, thread))
    return items.length === 0 ? told(chat, 'You follow no thread.') : DONE
  },

  away: async (chat) => {
    await chat.client.setPresence({ presence: 'away' })
    return told(chat, 'Others see you as away. /back: as you are.')
  },
  back: async (chat) => {
    await chat.client.setPresence({ presence: 'auto' })
    return told(chat, 'Others see whether you are here.')
  },
  status: async (chat, { text }) => {
    if (text === '') await chat.client.clearStatus({})
    else await chat.client.setStatus(parseStatus(text))
    return told(chat, text === '' ? 'You say nothing of what you are doing.' : 'Everybody sees now what you are doing.')
  },
} satisfies Partial<Actions>

async function markUnread(chat: Chat, seq: number) {
  const { channelId: channel_id } = here(chat)
  const { unread_count } = await chat.client.markChannelUnread({ channel_id, seq })
  chat.keepUnread(channel_id)
  return told(chat, `${unread_count} unread here.`)
}
