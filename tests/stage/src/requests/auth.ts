import { newId } from '@afrochat/kernel'
import { lists, type Attempt, type Operations } from './request.ts'

const PASSWORD = 'correct horse battery'
const ownName = ({ scene, actor }: Attempt) => (actor === 'AN' ? 'PA' : scene.nameOf(actor))
/** Everybody has one; the copies of the stage know it by the id of its session. */
const ownSession = (at: Attempt) => at.scene.id(`session ${ownName(at)}`)
const othersSession = ({ scene }: Attempt) => scene.id('session TM')

/** Signing in and out. */
export const authOperations: Operations = {
  register: {
    request: () => {
      const username = `new-${newId().slice(-12)}`
      return { body: { email: `${username}@mail.example`, username, password: PASSWORD, display_name: 'New' } }
    },
  },
  login: { request: (at) => ({ body: { login: at.scene.usernameOf(ownName(at)), password: PASSWORD } }) },
  refresh: {
    cases: {
      'own token': { request: (at) => ({ body: { refresh_token: ownSession(at) } }) },
      'made up': { request: () => ({ body: { refresh_token: newId() } }) },
    },
  },
  logout: { request: () => ({ body: {} }) },
  listSessions: { cases: { own: { shows: lists(ownSession) }, "another's": { shows: lists(othersSession) } } },
  revokeSession: {
    hides: 'session_id',
    cases: {
      own: { request: (at) => ({ params: { session_id: ownSession(at) } }) },
      "another's": { request: (at) => ({ params: { session_id: othersSession(at) } }) },
      random: { request: () => ({ params: { session_id: newId() } }) },
    },
  },
  deactivateMe: { request: () => ({ body: { password: PASSWORD } }) },
}
