import { randomUUID } from 'node:crypto'
import type { UserProfile } from '@afrochat/contracts'
import { newId } from '@afrochat/kernel'
import { aPicture } from './pictures.ts'
import { body, type Case, type Operations } from './request.ts'

const about = (name: string): Case => ({ request: ({ person }) => ({ params: { user_id: person(name) } }) })
const addressOf = (name: string): Case => ({ ...about(name), shows: ({ email }: UserProfile) => email !== undefined })

/** People, as they show themselves and as others see them. */
export const userOperations: Operations = {
  updateMe: { request: body({ display_name: 'Another' }) },
  setStatus: { request: body({ status_text: 'away', status_emoji: 'palm_tree' }) },
  updatePreferences: { request: body({ theme: 'dark' }) },
  setPresence: { request: body({ presence: 'away' }) },
  setAvatar: { request: body(aPicture) },
  getImage: { hides: 'image_name', cases: { random: { request: () => ({ params: { image_name: randomUUID().replaceAll('-', '') } }) } } },
  getUser: {
    hides: 'user_id',
    cases: {
      oneself: { request: ({ self }) => ({ params: { user_id: self } }) },
      'in the same channels': about('PA'),
      'in no channel of guests': about('TM'),
      'who left': about('EX'),
      'who deactivated their account': about('DE'),
      'of another workspace': about('XW'),
      random: { request: () => ({ params: { user_id: newId() } }) },
      'the address of a member': addressOf('PA'),
      'the address of a guest': addressOf('TG'),
      'the address of an owner': addressOf('OW'),
    },
  },
}
