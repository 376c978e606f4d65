import { expect, it } from '@jest/globals'
import type { SystemNote } from '@afrochat/contracts'
import { newId, type UserId } from '@afrochat/kernel'
import { systemText } from './system-text.ts'

const [ada, kofi, zuri] = [newId<UserId>(), newId<UserId>(), newId<UserId>()]
const nothing = { user_ids: [], from: null, to: null, message_id: null }

it.each<[Partial<SystemNote> & Pick<SystemNote, 'type'>, string]>([
  [{ type: 'member_joined' }, 'joined the channel'],
  [{ type: 'members_added', user_ids: [kofi] }, `added <@${kofi}> to the channel`],
  [{ type: 'members_added', user_ids: [kofi, zuri] }, `added <@${kofi}> and <@${zuri}> to the channel`],
  [{ type: 'members_added', user_ids: [kofi, zuri, ada] }, `added <@${kofi}>, <@${zuri}> and <@${ada}> to the channel`],
  [{ type: 'member_left' }, 'left the channel'],
  [{ type: 'member_removed', user_ids: [kofi] }, `removed <@${kofi}> from the channel`],
  [{ type: 'channel_renamed', from: 'plans', to: 'ideas' }, 'renamed the channel from plans to ideas'],
  [{ type: 'topic_changed', to: 'Rain' }, 'set the topic: Rain'],
  [{ type: 'topic_changed', from: 'Rain' }, 'cleared the topic'],
  [{ type: 'description_changed', to: 'Rain' }, 'set the description: Rain'],
  [{ type: 'description_changed', from: 'Rain' }, 'cleared the description'],
  [{ type: 'channel_archived' }, 'archived the channel'],
  [{ type: 'channel_unarchived' }, 'brought the channel back from the archive'],
  [{ type: 'channel_converted', from: 'public', to: 'private' }, 'made the channel private'],
  [{ type: 'posting_changed', from: 'everyone', to: 'managers' }, 'made the channel read-only: managers and admins post in it'],
  [{ type: 'posting_changed', from: 'managers', to: 'everyone' }, 'let everybody in the channel post again'],
  [{ type: 'message_pinned' }, 'pinned a message'],
])('%j says that somebody %s', (note, text) => {
  expect(systemText(ada, { ...nothing, ...note })).toBe(`<@${ada}> ${text}`)
})
