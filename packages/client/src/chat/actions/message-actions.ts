import { allOf, CommandError, type Message, type SendNotice, type SharedMessage } from '../../index.ts'
import { SCREENFUL, type Chat } from '../chat.ts'
import { cleanName } from '../clean-text.ts'
import { knowPeople } from '../know-people.ts'
import { Mistake } from '../mistake.ts'
import { renderListed } from '../render-lists.ts'
import { find, findOwn, here } from './find.ts'
import { DONE, type Actions, type Outcome } from './outcome.ts'

/** What somebody does with messages of the open channel. */
export const messageActions = {
  say: async (chat, { text }) => say(chat, { content: text }),
  reply: async (chat, { seq, text }) => {
    const target = await find(here(chat), seq)
    return say(chat, { content: text, thread_id: target.thread_id ?? target.id })
  },
  edit: async (chat, { seq, text }) => change(chat, await findOwn(chat, seq), (message_id) => chat.client.editMessage({ message_id, content: text })),
  delete: async (chat, { seq }) => {
    const room = here(chat)
    const { id } = await findOwn(chat, seq)
    await chat.client.deleteMessage({ message_id: id })
    await chat.until(() => (room.log.get(id)?.deleted_at ?? null) !== null)
    return DONE
  },
  react: async (chat, { seq, emoji }) =>
    change(chat, await find(here(chat), seq), (message_id) => chat.client.addReaction({ message_id, emoji: nameOf(emoji) })),
  unreact: async (chat, { seq, emoji }) =>
    change(chat, await find(here(chat), seq), (message_id) => chat.client.removeReaction({ message_id, emoji: nameOf(emoji) })),
  pin: async (chat, { seq }) => change(chat, await find(here(chat), seq), (message_id) => chat.client.pinMessage({ message_id })),
  unpin: async (chat, { seq }) => change(chat, await find(here(chat), seq, ({ pinned }) => pinned), (message_id) => chat.client.unpinMessage({ message_id })),
  pins: async (chat) => {
    const room = here(chat)
    const pins = await allOf(chat.client.listPins, { channel_id: room.channelId })
    chat.screen.print(chat.screen.style.dim(pins.length === 0 ? 'Nothing is pinned here.' : 'Pinned here:'))
    await room.showAll(pins)
    return DONE
  },

  thread: async (chat, { seq }) => {
    const room = here(chat)
    const target = await find(room, seq, isInThread)
    const root = await chat.client.getMessage({ message_id: target.thread_id ?? target.id })
    const last = await room.showThread(root)
    const isNew = root.thread !== null && root.thread.following && last > root.thread.last_read_seq
    // What somebody sees they have read.
    if (isNew && chat.screen.isWatched) await chat.client.markThreadRead({ message_id: root.id, seq: last })
    return DONE
  },
  follow: async (chat, { seq }) => {
    const { id, thread_id } = await find(here(chat), seq)
    await chat.client.followThread({ message_id: thread_id ?? id })
    return told(chat, 'You follow this thread now.')
  },
  unfollow: async (chat, { seq }) => {
    const { id, thread_id } = await find(here(chat), seq, isInThread)
    await chat.client.unfollowThread({ message_id: thread_id ?? id })
    return told(chat, 'You do not follow this thread any more.')
  },

  save: async (chat, { seq }) => {
    const message = await find(here(chat), seq)
    await chat.client.saveMessage({ message_id: message.id })
    return told(chat, `#${message.seq} is on your list: /saved`)
  },
  unsave: async (chat, { seq }) => {
    const message = await find(here(chat), seq)
    await chat.client.unsaveMessage({ message_id: message.id })
    return told(chat, `#${message.seq} is not on your list any more.`)
  },
  saved: async (chat) => {
    const saved = (await allOf(chat.client.listSaved, {})).filter(({ workspace_id }) => workspace_id === chat.state.workspace.id)
    await knowPeople(chat, saved.flatMap(({ message }) => message ?? []))
    for (const { channel_id, message } of saved) {
      chat.screen.print(message === null ? chat.screen.style.dim('(a message that you may not read now)') : renderListed(chat, { channel_id, message }))
    }
    return saved.length === 0 ? told(chat, 'Nothing is saved: /save [number]') : DONE
  },
  link: async (chat, { seq }) => {
    const { permalink } = await chat.client.getPermalink({ message_id: (await find(here(chat), seq)).id })
    chat.screen.print(permalink)
    return DONE
  },
  more: async (chat) => ((await here(chat).showEarlier(SCREENFUL)) ? DONE : told(chat, 'This is where the channel begins.')),
} satisfies Partial<Actions>

/** Says it in the open channel, or in a thread there; and to whoever said it, what came of it. */
export async function say(chat: Chat, message: { content: string; thread_id?: SharedMessage['id'] }): Promise<Outcome> {
  const room = here(chat)
  if (chat.isBroken) chat.screen.print(chat.screen.style.dim(`(to be sent when the connection is back: ${cleanName(message.content)})`))
  const input = { channel_id: room.channelId, ...message }
  const { id, notices } = await chat.connection.sendMessage(input).catch((error: unknown) => {
    if (!(error instanceof CommandError)) throw error
    if (error.code === 'frame_too_large') return chat.client.sendMessage(input)
    throw notSent(error, message.content)
  })
  await chat.until(() => room.isShown(id))
  for (const notice of notices) chat.screen.print(chat.screen.style.alert(sentenceOf(chat, notice)))
  return DONE
}

export function told({ screen }: Pick<Chat, 'screen'>, sentence: string): Outcome {
  screen.print(screen.style.dim(sentence))
  return DONE
}

/** Waits until it is on the screen, so that the next line finds it done. */
async function change(chat: Chat, { id }: SharedMessage, how: (id: SharedMessage['id']) => Promise<Message>): Promise<Outcome> {
  const room = here(chat)
  const { change_seq } = await how(id)
  await chat.until(() => (room.log.get(id)?.change_seq ?? 0) >= change_seq)
  return DONE
}

const isInThread = ({ reply_count, thread_id }: SharedMessage): boolean => reply_count > 0 || thread_id !== null

/** `:tada:` → `tada`. */
const nameOf = (emoji: string): string => emoji.replace(/^:(.+):$/, '$1')

/** With the text, which is nowhere else any more. */
function notSent({ outcome, message }: CommandError, text: string): Mistake {
  return new Mistake(`${outcome === 'unknown' ? 'It is not known whether this was sent' : 'Not sent'} (${message}): ${text}`)
}

function sentenceOf({ state }: Chat, { code, user_ids }: SendNotice): string {
  if (code === 'channel_mention_not_allowed') return 'Nobody was called: you may not mention everybody here, or there are too many.'
  const names = user_ids.map((id) => cleanName(state.user(id)?.username ?? '?'))
  return `Not in this channel, and not told: ${names.map((name) => `@${name}`).join(', ')} (/add ${names.join(' ')})`
}
