import { expect } from '@jest/globals'
import type { Channel, Workspace } from '@afrochat/contracts'
import type { ObjectIds } from './object-ids.ts'
import type { TestPerson } from './test-api.ts'
import type { Answer, TestPlace } from './test-place.ts'

/** One transparent pixel. */
export const PICTURE = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64')

/** One thing of each kind that somebody may have in a workspace. */
export async function objectsOf(place: TestPlace, { person, workspace }: { person: TestPerson; workspace: Workspace }): Promise<ObjectIds> {
  const make = async (what: string, body: object): Promise<string> =>
    idOf(await expectStatus(place.call(person, `POST /workspaces/${workspace.id}/${what}`, body), 201))
  const { body } = await place.call(person, `GET /workspaces/${workspace.id}/channels`)
  const general = (body as { items: Channel[] }).items[0]?.id ?? ''
  const inAnHour = new Date(Date.now() + 3_600_000).toISOString()
  const emoji = await place.api.app.inject({
    method: 'PUT', url: `/api/v1/workspaces/${workspace.id}/emoji/party`, payload: PICTURE,
    headers: { authorization: `Bearer ${person.access_token}`, 'content-type': 'image/png' },
  })
  expect(emoji.statusCode).toBe(201)
  return {
    workspace: workspace.id, slug: workspace.slug, name: 'party', channel: general, user: person.user.id, session: person.actor.sessionId,
    message: idOf(await expectStatus(place.call(person, `POST /channels/${general}/messages`, { content: 'hello' }), 201)),
    draft: idOf(await expectStatus(place.call(person, `PUT /channels/${general}/draft`, { content: 'not said yet' }), 200)),
    invite: await make('invites', {}),
    group: await make('groups', { handle: `friends-${person.user.username.slice(-6)}`, name: 'Friends' }),
    scheduled_message: await make('scheduled-messages', { channel_id: general, content: 'later', send_at: inAnHour }),
    reminder: await make('reminders', { content: 'tea', remind_at: inAnHour }),
  }
}

/** The same in a workspace of this person's own. */
export async function anotherPlace(place: TestPlace, person: TestPerson): Promise<ObjectIds> {
  const workspace = await place.api.services.workspace.createWorkspace(person.actor, { name: 'Elsewhere' })
  return objectsOf(place, { person, workspace })
}

export async function expectStatus(calling: Promise<Answer>, status: number): Promise<Answer> {
  const answer = await calling
  expect([answer.status, answer.body]).toEqual([status, answer.body])
  return answer
}

const idOf = ({ body }: Answer): string => (body as { id: string }).id
