import { Type } from 'typebox'
import { CustomEmoji } from '../objects/group.ts'
import { Closed, WorkspaceIdSchema } from '../objects/scalars.ts'
import { OwnUser } from '../objects/user.ts'
import { Workspace } from '../objects/workspace.ts'
import { defineRoute, type Media } from './define-route.ts'
import { PageOf, pageQuery } from './paging.ts'

/** The declared type is not believed: the bytes say what they are. */
const picture: Media = { mediaTypes: ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'application/octet-stream'], maxBytes: 1_048_576 }
const upload = { access: 'signed-in', limit: 'UPLOAD', media: picture } as const
const route = { access: 'signed-in', limit: 'GENERAL' } as const
const ofWorkspace = Closed({ workspace_id: WorkspaceIdSchema })
const refused = ['invalid_image', 'image_too_large'] as const
const SENT_AS = 'The body is the picture itself: PNG, JPEG, GIF or WebP of at most 1 MiB, 50 million pixels and 1,000 frames.'

/** The name of an emoji, as between the colons of `:party_parrot:`. */
const EmojiName = Type.String({ pattern: '^[a-z0-9][a-z0-9_+-]{0,99}$', description: 'Letters a-z, digits, `_`, `+` and `-`', examples: ['party_parrot'] })
const ofEmoji = Closed({ workspace_id: WorkspaceIdSchema, name: EmojiName })

export const imageRoutes = {
  getImage: defineRoute({
    method: 'GET', path: '/images/:image_name', tag: 'images', access: 'anyone', limit: null, summary: 'Get a picture: an avatar, an icon, an emoji',
    description: 'The address is the permission, and never shows another picture: keep it for ever.',
    params: Closed({ image_name: Type.String({ pattern: '^[0-9a-f]{32}$', examples: ['8c0f3d2b9a4e4f55b1d7a6c3e2f10987'] }) }),
    answers: { 200: { mediaTypes: ['image/webp'], maxBytes: 1_048_576 }, 304: null }, errors: { 404: ['image_not_found'] },
  }),
  setAvatar: defineRoute({
    ...upload, method: 'PUT', path: '/users/me/avatar', tag: 'users', summary: 'Show yourself by a picture',
    description: `${SENT_AS} It is kept with at most 256 pixels a side, without what the camera wrote into it.`,
    answers: { 200: OwnUser }, errors: { 422: refused },
  }),
  removeAvatar: defineRoute({ ...route, method: 'DELETE', path: '/users/me/avatar', tag: 'users', summary: 'Take your picture away', answers: { 204: null } }),
  setIcon: defineRoute({
    ...upload, method: 'PUT', path: '/workspaces/:workspace_id/icon', tag: 'workspaces', summary: 'Give the workspace an icon',
    description: `${SENT_AS} It is kept with at most 256 pixels a side.`,
    params: ofWorkspace, answers: { 200: Workspace }, errors: { 403: ['guest_not_allowed', 'role_not_allowed'], 404: ['workspace_not_found'], 422: refused },
  }),
  removeIcon: defineRoute({
    ...route, method: 'DELETE', path: '/workspaces/:workspace_id/icon', tag: 'workspaces', summary: 'Take the icon of the workspace away',
    params: ofWorkspace, answers: { 204: null }, errors: { 403: ['guest_not_allowed', 'role_not_allowed'], 404: ['workspace_not_found'] },
  }),
  listEmoji: defineRoute({
    ...route, method: 'GET', path: '/workspaces/:workspace_id/emoji', tag: 'emoji', summary: 'List the emoji of the workspace\'s own',
    params: ofWorkspace, query: Closed(pageQuery), answers: { 200: PageOf(CustomEmoji) }, errors: { 400: ['invalid_cursor'], 404: ['workspace_not_found'] },
  }),
  setEmoji: defineRoute({
    ...upload, method: 'PUT', path: '/workspaces/:workspace_id/emoji/:name', tag: 'emoji', summary: 'Add an emoji, or give one of yours another picture',
    description: `${SENT_AS} It is kept with at most 128 pixels a side. 201 for a new one, 200 for another picture of one that was there. At most 6,000 a workspace.`,
    params: ofEmoji, answers: { 200: CustomEmoji, 201: CustomEmoji },
    errors: {
      403: ['guest_not_allowed', 'role_not_allowed'], 404: ['workspace_not_found'], 409: ['name_taken'],
      422: [...refused, 'name_reserved', 'too_many_emoji'],
    },
  }),
  deleteEmoji: defineRoute({
    ...route, method: 'DELETE', path: '/workspaces/:workspace_id/emoji/:name', tag: 'emoji', summary: 'Remove an emoji: your own, or any as an admin',
    description: 'Reactions with it stay, as text; nobody reacts with it any more.',
    params: ofEmoji, answers: { 204: null },
    errors: { 403: ['guest_not_allowed', 'not_allowed'], 404: ['workspace_not_found', 'emoji_not_found'] },
  }),
}
