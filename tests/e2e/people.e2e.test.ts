import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { createClient, type Client, type Connection, type SyncEvent } from '@afrochat/client'
import { startStack, waitFor, type Stack } from '@afrochat/test-support'

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack.stop(), 60_000)

const open: Connection[] = []
afterEach(() => {
  for (const connection of open.splice(0)) connection.close()
})

const PASSWORD = 'correct horse'
/** One red point. */
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

async function aPerson(name: string): Promise<Client> {
  const client = createClient({ url: stack.apiUrl, socketUrl: stack.socketUrl })
  await client.register({ email: `${name}@people.example`, username: name, password: PASSWORD, display_name: name })
  return client
}

async function listen(client: Client, workspaceId: Awaited<ReturnType<Client['createWorkspace']>>['id']) {
  const events: SyncEvent[] = []
  const connection = client.connect({ from: await client.boot({ workspace_id: workspaceId }), onEvent: (event) => void events.push(event) })
  open.push(connection)
  await waitFor(() => connection.status.state === 'live', { message: 'the connection to be live' })
  return { events, connection }
}

describe('people who change and go', () => {
  it('are shown by their pictures, and are gone from every device when they end their account', async () => {
    const [ada, bob] = [await aPerson('ada'), await aPerson('bob')]
    const workspace = await ada.createWorkspace({ name: 'People' })
    const { token } = await ada.createInvite({ workspace_id: workspace.id })
    await bob.acceptInvite({ token })
    const [adas, bobs] = [await listen(ada, workspace.id), await listen(bob, workspace.id)]
    const heard = (type: string) => adas.events.filter((event) => event.type === type)

    // A picture goes out as it is, and comes back as ours.
    const { avatar_url: url } = await bob.setAvatar({ bytes: new Blob([PNG], { type: 'image/png' }) })
    await waitFor(() => heard('user_updated').length === 1, { message: 'ada to hear of the picture' })
    expect(heard('user_updated')[0]).toMatchObject({ data: { user: { avatar_url: url } } })
    const bytes = await ada.getImage({ image_name: url?.split('/').at(-1) ?? '' })
    expect(Buffer.from(bytes ?? []).toString('latin1', 8, 12)).toBe('WEBP')
    await expect(bob.setAvatar({ bytes: new TextEncoder().encode('<svg/>') })).rejects.toMatchObject({ status: 415, code: 'unsupported_media_type' })

    const { channels } = await bob.boot({ workspace_id: workspace.id })
    const general = channels.find(({ name }) => name === 'general')?.id
    if (general === undefined) throw new Error('a workspace without general')
    const said = await bob.sendMessage({ channel_id: general, content: 'Good-bye' })
    await bob.deactivateMe({ password: PASSWORD })
    await waitFor(() => heard('workspace_member_left').length === 1, { message: 'ada to hear that bob is gone' })
    await waitFor(() => bobs.connection.status.state === 'signed-out', { message: 'the socket of bob to be closed' })
    // What they said stays, under their name.
    expect(await ada.getMessage({ message_id: said.id })).toMatchObject({ content: 'Good-bye', user_id: said.user_id, deleted_at: null })
    expect(await ada.getUser({ user_id: said.user_id })).toMatchObject({ username: 'bob', status: 'deactivated' })
    await expect(createClient({ url: stack.apiUrl }).login({ login: 'bob', password: PASSWORD })).rejects.toMatchObject({ status: 403, code: 'account_deactivated' })
  })
})
