import { newId } from '@afrochat/kernel'
import { body, lists, type Attempt, type Case, type Operations } from './request.ts'

/** Everybody who may invite has made one. */
const own = ({ scene, actor }: Attempt): string => scene.find(`invite ${actor}`) ?? scene.id('invite PA')
const of = (name: string) => ({ scene }: Attempt) => scene.id(`invite ${name}`)
/** The token of a copied invite is its id. */
const byToken = (token: (at: Attempt) => string): Case => ({ request: (at) => ({ params: { token: token(at) } }) })
const byId = (id: (at: Attempt) => string): Case => ({ request: (at) => ({ params: { invite_id: id(at) } }) })
const tokens: Readonly<Record<string, Case>> = {
  'an open one': byToken(of('PA')),
  'a revoked one': byToken(of('revoked')),
  'an expired one': byToken(of('expired')),
  'a used up one': byToken(of('used up')),
  "another address's": byToken(of('for another address')),
  'one by who was deactivated': byToken(of('RM')),
  random: byToken(() => newId()),
}

/** Ways into a workspace. */
export const inviteOperations: Operations = {
  createInvite: {
    request: body({ role: 'member' }),
    cases: {
      admin: { request: body({ role: 'admin' }) },
      'member, by mail': { request: ({ scene }) => ({ body: { role: 'member', email: `somebody-new-${scene.tag}@mail.example` } }) },
      guest: { request: ({ thing }) => ({ body: { role: 'guest', channel_ids: [thing('channel')] } }) },
      'member, into a private channel': { place: 'private', request: ({ thing }) => ({ body: { role: 'member', channel_ids: [thing('channel')] } }) },
      'guest, into a private channel': { place: 'private', request: ({ thing }) => ({ body: { role: 'guest', channel_ids: [thing('channel')] } }) },
      'guest, into a direct message': { place: 'dm', request: ({ thing }) => ({ body: { role: 'guest', channel_ids: [thing('channel')] } }) },
      'guest, into a channel of another workspace': { request: ({ scene }) => ({ body: { role: 'guest', channel_ids: [scene.id('channel of another workspace')] } }) },
    },
  },
  listInvites: { cases: { own: { shows: lists(own) }, "another's": { shows: lists(of('PA')) } } },
  revokeInvite: {
    hides: 'invite_id',
    cases: { own: byId(own), "another's": byId(of('PA')), 'of another workspace': byId(of('of another workspace')), random: byId(() => newId()) },
  },
  previewInvite: { hides: 'token', cases: tokens },
  acceptInvite: { hides: 'token', cases: tokens },
}
