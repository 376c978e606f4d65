import { sql } from 'kysely'
import type { OwnThread } from '@afrochat/contracts'
import type { UserId } from '@afrochat/kernel'
import { fromSubscriptions, shownMentions, shownUnread, threadRead, withThreadCounts } from './thread-counts.ts'

/** Of the row of `messages` at hand, if it is a root with replies: what this person is to its thread. */
export const ownThread = (userId: UserId) => sql<OwnThread | null>`
  case when reply_count > 0 then coalesce((
    select json_build_object(
      'following', s.following, 'last_read_seq', ${threadRead}, 'unread_count', ${shownUnread}, 'mention_count', ${shownMentions})
    ${fromSubscriptions} ${withThreadCounts}
    where s.root_id = messages.id and s.user_id = ${userId}),
    '{"following": false, "last_read_seq": 0, "unread_count": 0, "mention_count": 0}') end`
