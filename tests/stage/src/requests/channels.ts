import { newId } from '@afrochat/kernel'
import { PLACES, type Place } from '../cast.ts'
import { body, lists, type Attempt, type Case, type Operations } from './request.ts'

const channel = ({ thing }: Attempt) => thing('channel')

/** Each way of listing has objects of its own: `browse: private`. */
const listing = (filter: string): Readonly<Record<string, Case>> => Object.fromEntries(PLACES.map((place) => [`${filter}: ${place}`, {
  place, request: () => ({ query: { filter, limit: '200' } }), shows: lists(channel),
}]))

const change = (place: Place, changes: object, eventsOf?: string): Case => ({ place, request: body(changes), ...(eventsOf !== undefined && { eventsOf }) })
const add = (name: string, place: Place = 'public'): Case => ({ place, request: ({ person }) => ({ body: { user_ids: [person(name)] } }) })
const open = (...names: string[]): Case => ({ request: ({ person }) => ({ body: { user_ids: names.map(person) } }) })
const member = (name: string, sent?: object): Case => ({ request: ({ person }) => ({ params: { user_id: person(name) }, ...(sent && { body: sent }) }) })
const newName = () => `new-${newId().slice(-12)}`

/** Channels, direct messages and who is in them. */
export const channelOperations: Operations = {
  listChannels: { cases: { ...listing('mine'), ...listing('browse'), ...listing('archived') } },
  createChannel: {
    request: () => ({ body: { name: newName(), kind: 'public' } }),
    cases: { 'a private one': { request: () => ({ body: { name: newName(), kind: 'private' } }) } },
  },
  openDm: {
    ...open('PA'),
    cases: {
      'with somebody of the same channels': open('PA'), 'with somebody of no channel of guests': open('TM'),
      'with somebody of another workspace': open('XW'), 'with who left': open('EX'),
      'with several': open('PA', 'AU', 'ADc'), 'with several, one of another workspace': open('PA', 'XW'),
      'with oneself': { request: ({ self }) => ({ body: { user_ids: [self] } }) },
      'the one that is there': { ...open('PA'), place: 'dm' },
    },
  },
  updateChannel: {
    request: body({ topic: 'another' }),
    cases: {
      'public, its name': { place: 'public', request: () => ({ body: { name: newName() } }) },
      'public, made private': change('public', { kind: 'private' }, 'public, made private'),
      'private, made public': change('private', { kind: 'public' }, 'private, made public'),
      'archived, made private': change('archived', { kind: 'private' }),
      'dm, made public': change('dm', { kind: 'public' }),
      'group dm, made private': change('group dm', { kind: 'private' }),
      'public, made read-only': change('public', { posting: 'managers' }),
      'private, made read-only': change('private', { posting: 'managers' }),
      'dm, made read-only': change('dm', { posting: 'managers' }),
      'public, made a default one': change('public', { is_default: true }),
      'private, made a default one': change('private', { is_default: true }),
      'dm, made a default one': change('dm', { is_default: true }),
      'default, no longer': change('default', { is_default: false }),
    },
  },
  addChannelMembers: {
    request: ({ person }) => ({ body: { user_ids: [person('TM')] } }),
    cases: {
      'public, a guest': add('TG'), 'private, a guest': add('TG', 'private'), 'dm, a guest': add('TG', 'dm'),
      'public, a single-channel guest of another channel': add('G1x'),
      'public, somebody of another workspace': add('XW'), 'public, who left': add('EX'),
    },
  },
  removeChannelMember: {
    ...member('PA'),
    cases: {
      'public, a guest': { ...member('GM'), place: 'public' }, 'public, somebody who is not in it': { ...member('TM'), place: 'public' },
      'public, a single-channel guest': { place: 'public', request: ({ person }) => ({ params: { user_id: person('G1 public') } }) },
      'default, a guest': { ...member('GM default'), place: 'default' },
    },
  },
  setMemberRole: {
    ...member('PA', { role: 'manager' }),
    cases: {
      'public, a guest': { ...member('GM', { role: 'manager' }), place: 'public' },
      'public, the manager, to member': { ...member('CM', { role: 'member' }), place: 'public' },
      'public, oneself': { place: 'public', request: ({ self }) => ({ params: { user_id: self }, body: { role: 'manager' } }) },
    },
  },
  setChannelPreferences: { request: body({ muted: true }) },
  markChannelRead: { request: body({ seq: 1_000 }) },
  markChannelUnread: { request: body({ seq: 1 }) },
  listChannelChanges: { request: () => ({ query: { since: '0', limit: '200' } }) },
}
