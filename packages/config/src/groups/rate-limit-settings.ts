import { Type } from 'typebox'
import { rateLimit } from '../kinds.ts'

/** How often what may be done, by class; null is no limit. */
export const rateLimitSettings = Type.Object(
  {
    general: rateLimit({ env: 'RATE_LIMIT_GENERAL', doc: 'Requests of a user, <count>/<seconds>; 0 for no limit, here and below.', default: '100/10' }),
    anon: rateLimit({ env: 'RATE_LIMIT_ANON', doc: 'Requests of an address without a token.', default: '100/10' }),
    register: rateLimit({ env: 'RATE_LIMIT_REGISTER', doc: 'New accounts of an address.', default: '100/600' }),
    loginFail: rateLimit({ env: 'RATE_LIMIT_LOGIN_FAIL', doc: 'Failed sign-ins of an account and of an address.', default: '10/900' }),
    post: rateLimit({ env: 'RATE_LIMIT_POST', doc: 'Messages of a user, over HTTP and sockets together.', default: '100/10' }),
    search: rateLimit({ env: 'RATE_LIMIT_SEARCH', doc: 'Searches of a user.', default: '60/10' }),
    upload: rateLimit({ env: 'RATE_LIMIT_UPLOAD', doc: 'Uploads of a user.', default: '60/60' }),
  },
  { title: 'Rate limits' },
)

/** How many invites are mailed, for the service that makes them. */
export const inviteMailLimits = {
  inviteMail: rateLimit({ env: 'RATE_LIMIT_INVITE_MAIL', doc: 'Invites of a user that are mailed.', default: '50/3600' }),
  mailAddress: rateLimit({ env: 'RATE_LIMIT_MAIL_ADDRESS', doc: 'Invites that are mailed to one address, by whomever.', default: '5/86400' }),
}
