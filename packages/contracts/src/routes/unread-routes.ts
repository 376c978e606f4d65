import { FollowedThread, Unreads } from '../objects/kept.ts'
import { Closed, WorkspaceIdSchema } from '../objects/scalars.ts'
import { defineRoute } from './define-route.ts'
import { PageOf, pageQuery } from './paging.ts'

const ofWorkspace = Closed({ workspace_id: WorkspaceIdSchema })
const route = { tag: 'messages', access: 'signed-in', limit: 'GENERAL' } as const
const notFound = ['workspace_not_found'] as const

/** What somebody has not read in a workspace. */
export const unreadRoutes = {
  getUnreads: defineRoute({
    ...route, method: 'GET', path: '/workspaces/:workspace_id/unreads', summary: 'Get all that you have not read',
    description: 'Counted when asked, of what is there now. Ask after `message_updated`, `message_deleted` and `messages_bulk_deleted` of what you have not read, and after `@here` that did not come live: what these change for you, the events do not say.',
    params: ofWorkspace, answers: { 200: Unreads }, errors: { 404: notFound },
  }),
  listThreads: defineRoute({
    ...route, method: 'GET', path: '/workspaces/:workspace_id/threads', summary: 'List the threads that you follow, newest reply first',
    description: 'Those of channels that you are in now. A thread that is replied to while you page moves to the front.',
    params: ofWorkspace, query: Closed(pageQuery), answers: { 200: PageOf(FollowedThread) }, errors: { 400: ['invalid_cursor'], 404: notFound },
  }),
  markAllRead: defineRoute({
    ...route, method: 'POST', path: '/workspaces/:workspace_id/read', summary: 'Mark everything read: channels, direct messages and threads',
    params: ofWorkspace, answers: { 200: Unreads }, errors: { 404: notFound },
  }),
}
