import type { CustomEmoji } from '@afrochat/contracts'
import { newId } from '@afrochat/kernel'
import { aPicture } from './pictures.ts'
import { lists, type Attempt, type Case, type Operations } from './request.ts'

const inGroup = (sent: object): Case => ({ request: ({ scene }) => ({ params: { group_id: scene.id('group') }, body: sent }) })
/** The workspace is the caller's, the group is not of it. */
const ofOthers = (sent?: object): Case => ({
  hides: 'group_id', request: ({ scene }) => ({ params: { group_id: scene.id('group of another workspace') }, ...(sent && { body: sent }) }),
})
const emoji = (name: (at: Attempt) => string, sent?: Buffer): Case => ({ request: (at) => ({ params: { name: name(at) }, ...(sent && { body: sent }) }) })
const newName = () => `new_${newId().slice(-12)}`

/** Groups of people who are mentioned by a handle, and emoji of the workspace's own. */
export const groupAndEmojiOperations: Operations = {
  listGroups: { shows: lists(({ scene }) => scene.id('group')) },
  createGroup: { request: ({ person }) => ({ body: { handle: newName(), name: 'New', user_ids: [person('PA')] } }) },
  getGroup: { request: ({ scene }) => ({ params: { group_id: scene.id('group') } }), cases: { "another workspace's": ofOthers() } },
  updateGroup: { ...inGroup({ name: 'Another' }), cases: { "another workspace's": ofOthers({ name: 'Another' }) } },
  deleteGroup: { request: ({ scene }) => ({ params: { group_id: scene.id('group') } }), cases: { "another workspace's": ofOthers() } },

  listEmoji: { shows: ({ items }: { items: CustomEmoji[] }) => items.some(({ name }) => name === 'party') },
  setEmoji: {
    ...emoji(newName, aPicture),
    cases: { own: emoji(({ actor }) => `of_${actor.toLowerCase()}`, aPicture), "another's": emoji(() => 'party', aPicture) },
  },
  deleteEmoji: {
    ...emoji(() => 'party'),
    cases: { own: emoji(({ actor }) => `of_${actor.toLowerCase()}`), "another's": emoji(() => 'party'), 'not there': { ...emoji(newName), hides: 'name' } },
  },
}
