import { Type } from 'typebox'
import { Reminder, ReminderStatus, ScheduledMessage, ScheduledStatus } from '../objects/kept.ts'
import { MAX_MESSAGE_CODE_POINTS } from '../objects/message.ts'
import { ChannelIdSchema, Closed, MessageIdSchema, Nullable, ReminderIdSchema, ScheduledMessageIdSchema, Timestamp, WorkspaceIdSchema } from '../objects/scalars.ts'
import { defineRoute } from './define-route.ts'
import { PageOf, pageQuery } from './paging.ts'

/** Longest text of a reminder, in Unicode code points. */
export const MAX_REMINDER_CODE_POINTS = 1_000

const route = { access: 'signed-in', limit: 'GENERAL' } as const
const ofWorkspace = Closed({ workspace_id: WorkspaceIdSchema })
const noSuchWorkspace = { 404: ['workspace_not_found'] } as const

const scheduling = { ...route, tag: 'scheduled messages' } as const
const ofScheduled = Closed({ workspace_id: WorkspaceIdSchema, scheduled_message_id: ScheduledMessageIdSchema })
const noSuchScheduled = { 404: ['workspace_not_found', 'scheduled_message_not_found'] } as const
const SendAt = Type.String({ format: 'date-time', description: 'In the future, at most 120 days ahead', examples: ['2026-12-01T08:00:00.000Z'] })
const Words = Type.String({ minLength: 1, maxLength: 2 * MAX_MESSAGE_CODE_POINTS, description: 'As it was typed: names become mentions when it is sent' })
const timeErrors = ['time_in_past', 'time_too_far'] as const

const reminding = { ...route, tag: 'reminders' } as const
const ofReminder = Closed({ workspace_id: WorkspaceIdSchema, reminder_id: ReminderIdSchema })
const noSuchReminder = { 404: ['workspace_not_found', 'reminder_not_found'] } as const
const ReminderText = Type.String({ minLength: 1, maxLength: 2 * MAX_REMINDER_CODE_POINTS, description: 'At most 1,000 code points' })

/** What people plan: messages that are sent later, and reminders. All of it is their own. */
export const plannedRoutes = {
  listScheduledMessages: defineRoute({
    ...scheduling, method: 'GET', path: '/workspaces/:workspace_id/scheduled-messages', summary: 'List your own scheduled messages, the latest made first',
    description: 'Those that were sent, failed or cancelled are kept for 30 days.',
    params: ofWorkspace, query: Closed({ ...pageQuery, status: Type.Optional(ScheduledStatus) }),
    answers: { 200: PageOf(ScheduledMessage) }, errors: { 400: ['invalid_cursor'], ...noSuchWorkspace },
  }),
  createScheduledMessage: defineRoute({
    ...scheduling, method: 'POST', path: '/workspaces/:workspace_id/scheduled-messages', limit: 'POST', summary: 'Write a message now and have it sent later',
    description: 'It is sent as if you sent it then: whether you may, is judged at that time, and a refusal is shown as its `failure_code`. At most 30 within five minutes in a channel. After more than 24 hours of downtime it fails as `too_late`.',
    params: ofWorkspace,
    body: Closed({
      channel_id: ChannelIdSchema,
      content: Words,
      send_at: SendAt,
      thread_id: Type.Optional(Nullable(MessageIdSchema)),
      also_in_channel: Type.Optional(Type.Boolean()),
    }),
    answers: { 201: ScheduledMessage },
    errors: {
      400: ['no_text', 'msg_too_long'], 403: ['not_in_channel', 'channel_read_only'], 404: ['workspace_not_found', 'channel_not_found', 'thread_not_found'],
      409: ['channel_archived', 'recipient_deactivated', 'thread_locked'], 422: [...timeErrors, 'too_many_scheduled_messages'],
    },
  }),
  getScheduledMessage: defineRoute({
    ...scheduling, method: 'GET', path: '/workspaces/:workspace_id/scheduled-messages/:scheduled_message_id', summary: 'Get a scheduled message of yours',
    params: ofScheduled, answers: { 200: ScheduledMessage }, errors: noSuchScheduled,
  }),
  updateScheduledMessage: defineRoute({
    ...scheduling, method: 'PATCH', path: '/workspaces/:workspace_id/scheduled-messages/:scheduled_message_id', summary: 'Change the text or the time of a message that is not sent yet',
    params: ofScheduled, body: Closed({ content: Type.Optional(Words), send_at: Type.Optional(SendAt) }), answers: { 200: ScheduledMessage },
    errors: {
      400: ['no_text', 'msg_too_long'], ...noSuchScheduled, 409: ['scheduled_message_not_pending'], 422: [...timeErrors, 'too_many_scheduled_messages'],
    },
  }),
  cancelScheduledMessage: defineRoute({
    ...scheduling, method: 'DELETE', path: '/workspaces/:workspace_id/scheduled-messages/:scheduled_message_id', summary: 'Cancel a scheduled message; cancelling twice changes nothing',
    description: 'After 204 it is not sent. 409: it was sent, or is being sent at this moment.',
    params: ofScheduled, answers: { 204: null }, errors: { ...noSuchScheduled, 409: ['scheduled_message_not_pending'] },
  }),

  listReminders: defineRoute({
    ...reminding, method: 'GET', path: '/workspaces/:workspace_id/reminders', summary: 'List your own reminders, the latest made first',
    description: 'Those that were completed or cancelled are kept for 30 days.',
    params: ofWorkspace, query: Closed({ ...pageQuery, status: Type.Optional(ReminderStatus) }),
    answers: { 200: PageOf(Reminder) }, errors: { 400: ['invalid_cursor'], ...noSuchWorkspace },
  }),
  createReminder: defineRoute({
    ...reminding, method: 'POST', path: '/workspaces/:workspace_id/reminders', summary: 'Be reminded of a message or of anything else',
    description: 'When the time comes, your devices get `reminder_updated` with the status `fired`.',
    params: ofWorkspace,
    body: Closed({
      content: Type.Optional(Nullable(ReminderText)),
      message_id: Type.Optional(Nullable(MessageIdSchema)),
      remind_at: Type.String({ format: 'date-time', description: 'In the future, at most 366 days ahead', examples: ['2026-12-01T08:00:00.000Z'] }),
    }),
    answers: { 201: Reminder },
    errors: { 400: ['no_text'], 404: ['workspace_not_found', 'message_not_found'], 422: [...timeErrors, 'reminder_empty'] },
  }),
  getReminder: defineRoute({
    ...reminding, method: 'GET', path: '/workspaces/:workspace_id/reminders/:reminder_id', summary: 'Get a reminder of yours',
    params: ofReminder, answers: { 200: Reminder }, errors: noSuchReminder,
  }),
  updateReminder: defineRoute({
    ...reminding, method: 'PATCH', path: '/workspaces/:workspace_id/reminders/:reminder_id', summary: 'Change a reminder, snooze it, or complete it',
    description: 'A new `remind_at` makes it pending again, whatever it was. `completed` is the end of one that is pending or has fired.',
    params: ofReminder,
    body: Closed({
      content: Type.Optional(Nullable(ReminderText)),
      remind_at: Type.Optional(Timestamp),
      completed: Type.Optional(Type.Literal(true)),
    }),
    answers: { 200: Reminder }, errors: { 400: ['no_text'], ...noSuchReminder, 422: [...timeErrors, 'reminder_empty'] },
  }),
  cancelReminder: defineRoute({
    ...reminding, method: 'DELETE', path: '/workspaces/:workspace_id/reminders/:reminder_id', summary: 'Cancel a reminder; cancelling twice changes nothing',
    params: ofReminder, answers: { 204: null }, errors: noSuchReminder,
  }),
}
