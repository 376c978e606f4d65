import { allOf, type Reminder, type ScheduledMessage } from '../../index.ts'
import type { Chat } from '../chat.ts'
import { Mistake } from '../mistake.ts'
import { parseWhen, type When } from '../parse-when.ts'
import { renderPlanned, timeOf } from '../render-lists.ts'
import { here } from './find.ts'
import { told } from './message-actions.ts'
import { DONE, type Actions } from './outcome.ts'

/** What is going to be said, and what one is going to be reminded of. */
export const plannedActions = {
  schedule: async (chat, { text }) => {
    const { channelId: channel_id } = here(chat)
    const { at, text: content } = whenIn(text, '/schedule <when> <text>')
    await chat.client.createScheduledMessage({ workspace_id: chat.state.workspace.id, channel_id, content, send_at: at.toISOString() })
    return told(chat, `To be said at ${timeOf(chat, at)}: /scheduled`)
  },
  scheduled: async (chat) => {
    const pending = await listScheduled(chat)
    for (const [index, { send_at: at, content, channel_id }] of pending.entries()) {
      chat.screen.print(renderPlanned(chat, { number: index + 1, at, content, channel_id }))
    }
    return pending.length === 0 ? told(chat, 'Nothing is scheduled: /schedule <when> <text>') : DONE
  },
  unschedule: async (chat, { number }) => {
    const wanted = numbered(await listScheduled(chat), number, '/scheduled')
    await chat.client.cancelScheduledMessage({ workspace_id: chat.state.workspace.id, scheduled_message_id: wanted.id })
    return told(chat, 'It will not be said.')
  },

  remind: async (chat, { text }) => {
    const { at, text: content } = whenIn(text, '/remind <when> <text>')
    await chat.client.createReminder({ workspace_id: chat.state.workspace.id, content, remind_at: at.toISOString() })
    return told(chat, `You will be reminded at ${timeOf(chat, at)}: /reminders`)
  },
  reminders: async (chat) => {
    const open = await listReminders(chat)
    for (const [index, { remind_at: at, content }] of open.entries()) {
      chat.screen.print(renderPlanned(chat, { number: index + 1, at, content: content ?? 'a message' }))
    }
    return open.length === 0 ? told(chat, 'There is nothing to be reminded of: /remind <when> <text>') : DONE
  },
  forget: async (chat, { number }) => {
    const wanted = numbered(await listReminders(chat), number, '/reminders')
    await chat.client.cancelReminder({ workspace_id: chat.state.workspace.id, reminder_id: wanted.id })
    return told(chat, 'Forgotten.')
  },
} satisfies Partial<Actions>

const listScheduled = ({ client, state }: Chat): Promise<ScheduledMessage[]> =>
  allOf(client.listScheduledMessages, { workspace_id: state.workspace.id, status: 'pending', limit: 200 })

const listReminders = ({ client, state }: Chat): Promise<Reminder[]> =>
  allOf(client.listReminders, { workspace_id: state.workspace.id, status: 'pending', limit: 200 })

function numbered<T>(items: readonly T[], number: number, list: string): T {
  const item = items[number - 1]
  if (item === undefined) throw new Mistake(`There is no number ${number}: ${list} shows them.`)
  return item
}

function whenIn(text: string, usage: string): When {
  const when = parseWhen(text, new Date())
  if (when === undefined) throw new Mistake(`It goes like this: ${usage}; when: 20m, 2h, 18:30, tomorrow 9:00, 2026-12-24 18:00`)
  return when
}
