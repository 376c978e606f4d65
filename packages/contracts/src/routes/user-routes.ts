import { Type } from 'typebox'
import { Closed, Nullable, Timestamp, UserIdSchema } from '../objects/scalars.ts'
import { UserPreferences } from '../objects/settings.ts'
import { OwnUser, UserProfile } from '../objects/user.ts'
import { Username } from './auth-routes.ts'
import { defineRoute } from './define-route.ts'

const route = { tag: 'users', access: 'signed-in', limit: 'GENERAL' } as const
const { properties: preferences } = UserPreferences

export const userRoutes = {
  getMe: defineRoute({ ...route, method: 'GET', path: '/users/me', summary: 'Who am I?', answers: { 200: OwnUser } }),
  updateMe: defineRoute({
    ...route, method: 'PATCH', path: '/users/me', summary: 'Change your profile',
    description: 'What is left out stays. Mentions are kept by id: a new username breaks none of them, and the old one is free for others.',
    body: Closed({
      display_name: Type.Optional(Type.String({ minLength: 1, maxLength: 80 })),
      username: Type.Optional(Username),
      timezone: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'An IANA name', examples: ['Africa/Lagos'] })),
      locale: Type.Optional(Type.String({ minLength: 2, maxLength: 35, description: 'A BCP 47 language tag', examples: ['en-NG'] })),
    }),
    answers: { 200: OwnUser }, errors: { 409: ['username_taken'], 422: ['username_reserved'] },
  }),
  deactivateMe: defineRoute({
    ...route, method: 'DELETE', path: '/users/me', summary: 'Deactivate your account',
    description: 'Ends all sessions and leaves every workspace. What you wrote stays, under your name; the username and the address stay yours. Only whoever runs the installation can bring the account back.',
    body: Closed({ password: Type.String({ minLength: 1, maxLength: 1024 }) }),
    answers: { 204: null },
    errors: { 403: ['wrong_password'], 409: ['last_owner'], 429: ['too_many_attempts'] },
  }),
  setStatus: defineRoute({
    ...route, method: 'PUT', path: '/users/me/status', summary: 'Say what you are doing',
    body: Closed({
      status_text: Nullable(Type.String({ maxLength: 100 })),
      status_emoji: Nullable(Type.String({ minLength: 1, maxLength: 100, description: 'One Unicode emoji, or the name of one without colons', examples: ['palm_tree'] })),
      expires_at: Type.Optional(Nullable({ ...Timestamp, description: 'When it is taken back by itself; null: never' })),
    }),
    answers: { 200: OwnUser },
  }),
  clearStatus: defineRoute({ ...route, method: 'DELETE', path: '/users/me/status', summary: 'Take your status back', answers: { 204: null } }),
  setPresence: defineRoute({
    ...route, method: 'PUT', path: '/users/me/presence', summary: 'Be shown as away, or as your devices say',
    description: 'Kept until you change it, for all your devices, which learn of it by `preferences_updated`. Without a device you are offline either way.',
    body: Closed({ presence: preferences.presence }),
    answers: { 200: Closed({ presence: preferences.presence }) },
  }),
  getPreferences: defineRoute({
    ...route, method: 'GET', path: '/users/me/preferences', summary: 'What you want of every client of yours', answers: { 200: UserPreferences },
  }),
  updatePreferences: defineRoute({
    ...route, method: 'PATCH', path: '/users/me/preferences', summary: 'Change some of your preferences',
    body: Closed({
      theme: Type.Optional(preferences.theme),
      time_format: Type.Optional(preferences.time_format),
      send_with: Type.Optional(preferences.send_with),
      convert_emoticons: Type.Optional(preferences.convert_emoticons),
      show_previews: Type.Optional(preferences.show_previews),
    }),
    answers: { 200: UserPreferences },
  }),
  getUser: defineRoute({
    ...route, method: 'GET', path: '/users/:user_id', summary: 'Get a person with whom you share a workspace',
    description: 'A guest sees those with whom they share a channel.',
    params: Closed({ user_id: UserIdSchema }), answers: { 200: UserProfile },
    errors: { 404: ['user_not_found'] },
  }),
}
