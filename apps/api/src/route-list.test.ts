import { describe, expect, it } from '@jest/globals'
import { routeCatalogue } from '@afrochat/contracts'

/*
 * The operations that clients are promised, written by hand: one that is lost or misspelt in the catalogue would look
 * like a clean catalogue for ever. Parameters have no names here.
 */
const PROMISED: Readonly<Record<string, readonly string[]>> = {
  auth: ['POST /auth/register', 'POST /auth/login', 'POST /auth/refresh', 'POST /auth/logout', 'GET /auth/sessions', 'DELETE /auth/sessions', 'DELETE /auth/sessions/:'],
  users: [
    'GET /users/me', 'PATCH /users/me', 'DELETE /users/me', 'PUT /users/me/avatar', 'DELETE /users/me/avatar', 'PUT /users/me/status', 'DELETE /users/me/status',
    'PUT /users/me/presence', 'GET /users/:', 'GET /users/me/preferences', 'PATCH /users/me/preferences',
  ],
  workspaces: [
    'GET /workspaces', 'POST /workspaces', 'GET /workspaces/:', 'PATCH /workspaces/:', 'DELETE /workspaces/:', 'GET /workspaces/by-slug/:',
    'GET /workspaces/:/members', 'PATCH /workspaces/:/members/:', 'DELETE /workspaces/:/members/:', 'POST /workspaces/:/leave', 'POST /workspaces/:/transfer',
    'GET /workspaces/:/invites', 'POST /workspaces/:/invites', 'DELETE /workspaces/:/invites/:', 'GET /invites/:', 'POST /invites/:/accept',
    'GET /workspaces/:/groups', 'POST /workspaces/:/groups', 'GET /workspaces/:/groups/:', 'PATCH /workspaces/:/groups/:', 'DELETE /workspaces/:/groups/:',
    'GET /workspaces/:/emoji', 'PUT /workspaces/:/emoji/:', 'DELETE /workspaces/:/emoji/:',
    'GET /workspaces/:/audit-log', 'GET /workspaces/:/unreads', 'GET /workspaces/:/threads', 'GET /workspaces/:/boot',
  ],
  channels: [
    'GET /workspaces/:/channels', 'POST /workspaces/:/channels', 'POST /workspaces/:/dms', 'GET /channels/:', 'PATCH /channels/:', 'DELETE /channels/:',
    'POST /channels/:/join', 'POST /channels/:/leave', 'POST /channels/:/archive', 'POST /channels/:/unarchive',
    'GET /channels/:/members', 'POST /channels/:/members', 'PATCH /channels/:/members/:', 'DELETE /channels/:/members/:', 'PATCH /channels/:/preferences',
    'GET /channels/:/draft', 'PUT /channels/:/draft', 'DELETE /channels/:/draft', 'GET /channels/:/pins',
  ],
  messages: [
    'POST /channels/:/messages', 'GET /channels/:/messages', 'GET /messages/:', 'PATCH /messages/:', 'DELETE /messages/:', 'GET /messages/:/revisions',
    'GET /messages/:/replies', 'PUT /messages/:/reactions/:', 'DELETE /messages/:/reactions/:', 'PUT /messages/:/pin', 'DELETE /messages/:/pin',
    'PUT /messages/:/saved', 'DELETE /messages/:/saved', 'GET /users/me/saved', 'PUT /messages/:/subscription', 'DELETE /messages/:/subscription',
    'POST /channels/:/read', 'POST /channels/:/unread', 'GET /channels/:/changes',
    'GET /workspaces/:/scheduled-messages', 'POST /workspaces/:/scheduled-messages', 'GET /workspaces/:/scheduled-messages/:',
    'PATCH /workspaces/:/scheduled-messages/:', 'DELETE /workspaces/:/scheduled-messages/:',
    'GET /workspaces/:/reminders', 'POST /workspaces/:/reminders', 'PATCH /workspaces/:/reminders/:', 'DELETE /workspaces/:/reminders/:',
  ],
}

/** Promised too, with what they belong to. Whoever builds it moves them up. */
const LATER: Readonly<Record<string, readonly string[]>> = {
  'email addresses and passwords': ['POST /auth/email/verify', 'POST /auth/password/forgot', 'POST /auth/password/reset', 'POST /auth/password/change'],
  'second factors and single sign-on': ['POST /auth/totp/setup', 'POST /auth/totp/enable', 'POST /auth/totp/disable', 'GET /auth/oidc/:/start', 'GET /auth/oidc/:/callback'],
  'access tokens for programs': ['GET /auth/tokens', 'POST /auth/tokens', 'DELETE /auth/tokens/:'],
  search: ['GET /workspaces/:/search'],
  files: ['POST /channels/:/files', 'GET /files/:', 'GET /files/:/content', 'GET /files/:/thumbnails/:', 'DELETE /files/:', 'GET /workspaces/:/files'],
  notifications: [
    'GET /users/me/notifications', 'POST /users/me/notifications/read', 'GET /users/me/devices', 'POST /users/me/devices', 'DELETE /users/me/devices/:',
    'GET /users/me/notification-preferences', 'PUT /users/me/notification-preferences', 'POST /users/me/dnd', 'DELETE /users/me/dnd',
  ],
  integrations: ['POST /hooks/:', 'GET /workspaces/:/webhooks/incoming', 'GET /workspaces/:/webhooks/outgoing', 'GET /workspaces/:/bots', 'GET /workspaces/:/commands'],
}

const present = Object.values(routeCatalogue).map(({ method, path }) => `${method} ${path.replaceAll(/:\w+/g, ':')}`)

describe('the catalogue of routes', () => {
  it.each(Object.entries(PROMISED))('has what is promised of %s', (_, operations) => {
    expect(operations.filter((operation) => !present.includes(operation))).toEqual([])
  })

  it.each(Object.entries(LATER))('does not have %s yet', (_, operations) => {
    expect(operations.filter((operation) => present.includes(operation))).toEqual([])
  })

  it('has no operation twice', () => {
    expect(present.toSorted()).toEqual([...new Set(present)].toSorted())
  })
})
