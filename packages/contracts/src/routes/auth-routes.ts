import { Type, type Static } from 'typebox'
import { Closed, Nullable, SessionIdSchema, Timestamp } from '../objects/scalars.ts'
import { SignedIn } from '../objects/user.ts'
import { defineRoute } from './define-route.ts'
import { PageOf, pageQuery } from './paging.ts'

/** Longer ones are refused before hashing: argon2 would read them all. */
export const Password = Type.String({ minLength: 8, maxLength: 1024, description: 'At least 8 characters, at most 1,024 bytes' })
export const Username = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$', description: 'Kept in lower case; unique for ever' })

export const Session = Closed(
  {
    id: SessionIdSchema,
    user_agent: Nullable(Type.String()),
    ip: Nullable(Type.String()),
    created_at: Timestamp,
    last_used_at: Timestamp,
    expires_at: Timestamp,
    current: Type.Boolean({ description: 'Whether it is the session of this request' }),
  },
  { $id: 'Session' },
)
export type Session = Static<typeof Session>

export const authRoutes = {
  register: defineRoute({
    method: 'POST', path: '/auth/register', tag: 'auth', summary: 'Create an account and sign in', access: 'anyone', limit: 'REGISTER',
    body: Closed({
      email: Type.String({ format: 'email', maxLength: 254 }),
      username: Username,
      password: Password,
      display_name: Type.String({ minLength: 1, maxLength: 80 }),
    }),
    answers: { 201: SignedIn },
    errors: { 409: ['email_taken', 'username_taken'], 422: ['username_reserved'] },
  }),
  login: defineRoute({
    method: 'POST', path: '/auth/login', tag: 'auth', summary: 'Sign in', access: 'anyone', limit: 'ANON',
    description: 'Ten wrong passwords (a setting) within fifteen minutes, for one account or from one address, and both are refused until those are over, also with the right one. Sessions that exist go on.',
    body: Closed({
      login: Type.String({ minLength: 1, maxLength: 254, description: 'Email address or username' }),
      password: Type.String({ minLength: 1, maxLength: 1024 }),
    }),
    answers: { 200: SignedIn },
    errors: { 401: ['invalid_credentials'], 403: ['account_deactivated'], 429: ['too_many_attempts'] },
  }),
  refresh: defineRoute({
    method: 'POST', path: '/auth/refresh', tag: 'auth', summary: 'Exchange a refresh token for new tokens', access: 'anyone', limit: 'ANON',
    description: 'A refresh token is good once. Within 10 s it works again, but only while its successor is unused; used later, it ends the whole session.',
    body: Closed({ refresh_token: Type.String({ minLength: 1, maxLength: 512 }) }),
    answers: { 200: SignedIn },
    errors: { 401: ['invalid_refresh_token'] },
  }),
  logout: defineRoute({
    method: 'POST', path: '/auth/logout', tag: 'auth', summary: 'End this session', access: 'signed-in', limit: 'GENERAL',
    description: 'Its access and refresh tokens stop working at once, and its sockets are closed.',
    body: Closed({ refresh_token: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })) }),
    answers: { 204: null },
  }),
  listSessions: defineRoute({
    method: 'GET', path: '/auth/sessions', tag: 'auth', summary: 'List your live sessions', access: 'signed-in', limit: 'GENERAL',
    query: Closed(pageQuery), answers: { 200: PageOf(Session) },
    errors: { 400: ['invalid_cursor'] },
  }),
  revokeSession: defineRoute({
    method: 'DELETE', path: '/auth/sessions/:session_id', tag: 'auth', summary: 'End one of your sessions', access: 'signed-in', limit: 'GENERAL',
    params: Closed({ session_id: SessionIdSchema }), answers: { 204: null },
    errors: { 404: ['session_not_found'] },
  }),
  revokeAllSessions: defineRoute({
    method: 'DELETE', path: '/auth/sessions', tag: 'auth', summary: 'End all your sessions, this one included', access: 'signed-in', limit: 'GENERAL',
    answers: { 204: null },
  }),
}
