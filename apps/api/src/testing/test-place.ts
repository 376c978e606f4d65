import { expect } from '@jest/globals'
import type { LightMyRequestResponse } from 'fastify'
import type { Channel, HttpMethod, Invite, Message, Workspace } from '@afrochat/contracts'
import { newId } from '@afrochat/kernel'
import { createTestApi, errorOf, type TestApi, type TestPerson } from './test-api.ts'

export interface Answer {
  readonly status: number
  /** Parsed; undefined where there is none. */
  readonly body: unknown
  readonly raw: LightMyRequestResponse
}

export type Request = `${HttpMethod} /${string}`

/** The API with a workspace, its owner and the channel `general`. */
export interface TestPlace {
  readonly api: TestApi
  readonly workspace: Workspace
  readonly general: Channel
  readonly owner: TestPerson
  /** Calls as this person, or as nobody. The path is below /api/v1. */
  call(as: TestPerson | null, request: Request, body?: unknown): Promise<Answer>
  aMember(facts?: { role?: Invite['role']; channels?: readonly Channel[] }): Promise<TestPerson>
  aChannel(facts: { by: TestPerson; private?: boolean; members?: readonly TestPerson[] }): Promise<Channel>
  aMessage(facts: { in: Channel; by: TestPerson }): Promise<Message>
  archive(channel: Channel): Promise<void>
  close(): Promise<void>
}

/** Close it in `afterAll`. `env`: settings that differ from the defaults. */
export async function createTestPlace(env: Record<string, string> = {}): Promise<TestPlace> {
  const api = await createTestApi(env)
  const { workspace: domain, chat, db } = api.services
  const owner = await api.signUp()
  const workspace = await domain.createWorkspace(owner.actor, { name: 'Acme' })
  const [general] = (await domain.listChannels(owner.actor, { workspace_id: workspace.id })).items
  if (general === undefined) throw new Error('A new workspace has the channel general')

  return {
    api, workspace, general, owner,
    async call(as, request, body) {
      const space = request.indexOf(' ')
      const raw = await api.call(request.slice(0, space), request.slice(space + 2), { ...(as && { as }), ...(body !== undefined && { body }) })
      return { status: raw.statusCode, body: raw.body === '' ? undefined : raw.json<unknown>(), raw }
    },
    async aMember({ role = 'member', channels = [] } = {}) {
      const person = await api.signUp()
      const { token } = await domain.createInvite(owner.actor, { workspace_id: workspace.id, role, channel_ids: channels.map(({ id }) => id) })
      await domain.acceptInvite(person.actor, token)
      return person
    },
    async aChannel({ by, private: isPrivate = false, members = [] }) {
      const made = await domain.createChannel(by.actor, { workspace_id: workspace.id, name: `c-${newId().slice(-12)}`, kind: isPrivate ? 'private' : 'public' })
      if (members.length > 0) await domain.addChannelMembers(by.actor, { channel_id: made.id, user_ids: members.map(({ user }) => user.id) })
      return made
    },
    aMessage: async ({ in: { id }, by }) => (await chat.sendMessage(by.actor, { channel_id: id, content: 'hello' })).message,
    async archive({ id }) {
      await db.updateTable('channels').set({ archived_at: new Date() }).where('id', '=', id).execute()
    },
    close: () => api.close(),
  }
}

/** A refusal in the form that all have, with nothing of the inside. */
export function expectRefusal({ status, raw }: Answer, expected: number, code: string): void {
  expect({ status, code: errorOf(raw).code }).toEqual({ status: expected, code })
  expect(raw.body).not.toMatch(/select|stack|\.ts\b|node_modules/i)
}
