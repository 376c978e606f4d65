import type { AuditEntry, Boot, WorkspaceMember } from '@afrochat/contracts'
import { newId } from '@afrochat/kernel'
import { PLACES } from '../cast.ts'
import { aPicture } from './pictures.ts'
import { body, lists, type Attempt, type Case, type Operations } from './request.ts'

/** Somebody's role is changed. */
const change = (name: string, changes: object): Case => ({ request: ({ person }) => ({ params: { user_id: person(name) }, body: changes }) })
const about = (name: string): Case => ({ request: ({ person }) => ({ params: { user_id: person(name) } }) })

/** Workspaces, their members and their administration. */
export const workspaceOperations: Operations = {
  listWorkspaces: { shows: lists(({ scene }) => scene.id('workspace')) },
  createWorkspace: { request: () => ({ body: { name: 'New', slug: `new-${newId().slice(-12)}` } }) },
  getWorkspaceBySlug: {
    hides: 'slug',
    request: ({ scene }) => ({ params: { slug: `acme-${scene.tag}` } }),
    cases: {
      random: { request: () => ({ params: { slug: `no-${newId().slice(-12)}` } }) },
      'of another workspace': { request: ({ scene }) => ({ params: { slug: `other-${scene.tag}` } }) },
    },
  },
  updateWorkspace: {
    request: body({ name: 'Another' }),
    cases: {
      'its settings': { request: body({ settings: { members_may_invite: false } }) },
      'what admins may': { request: body({ settings: { admins_may_manage_admins: true } }) },
    },
  },
  transferWorkspace: {
    request: ({ person }) => ({ body: { user_id: person('PA') } }),
    cases: {
      'to a guest': { request: ({ person }) => ({ body: { user_id: person('TG') } }) },
      'to a stranger': { request: ({ person }) => ({ body: { user_id: person('XW') } }) },
    },
  },
  listWorkspaceMembers: {
    cases: {
      'their addresses': { shows: ({ items }: { items: WorkspaceMember[] }, { person }) => items.some(({ user }) => user.id === person('TM') && 'email' in user) },
    },
    request: () => ({ query: { limit: '200' } }), shows: ({ items }: { items: WorkspaceMember[] }, { person }) => items.some(({ user }) => user.id === person('TM')),
  },
  updateWorkspaceMember: {
    request: ({ person }) => ({ params: { user_id: person('TG') }, body: { role: 'member' } }),
    cases: {
      'a guest, to member': change('TG', { role: 'member' }),
      'a member, to guest': change('PA', { role: 'guest' }),
      'a member, to admin': change('TM', { role: 'admin' }),
      'a guest, to admin': change('TG', { role: 'admin' }),
      'a member, to owner': change('TM', { role: 'owner' }),
      'an admin, to member': change('TA', { role: 'member' }),
      'another owner, to member': change('OWc', { role: 'member' }),
      'the first owner, to member': change('OW', { role: 'member' }),
      'oneself, to owner': { request: ({ self }) => ({ params: { user_id: self }, body: { role: 'owner' } }) },
      'who was deactivated, back': change('RM', { deactivated: false }),
      'who left, back': change('EX', { deactivated: false }),
      'a stranger': change('XW', { role: 'guest' }),
    },
  },
  deactivateWorkspaceMember: {
    ...about('TM'),
    cases: {
      'a member': about('TM'), 'a guest': about('TG'), 'an admin': about('TA'), 'another owner': about('OWc'), 'the first owner': about('OW'),
      'who was deactivated': about('RM'), 'a stranger': about('XW'),
    },
  },
  listAuditLog: { cases: { 'what admins did': { shows: ({ items }: { items: AuditEntry[] }) => items.length > 0 } } },
  setIcon: { request: body(aPicture) },
  boot: {
    cases: Object.fromEntries(PLACES.map((place) => [place, {
      shows: ({ channels }: Boot, { thing }: Attempt) => channels.some(({ id }) => id === thing('channel')),
    }])),
  },
}
