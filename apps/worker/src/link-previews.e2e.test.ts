import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { createClient, type Client, type ClientEvent } from '@afrochat/client'
import { startStack, waitFor, type Stack } from '@afrochat/test-support'
import { aWorker, type InProcessWorker } from './testing/in-process-worker.ts'
import { startWeb, type TestWeb } from './testing/web-page.ts'

// The worker is in this process: it is the only one who may ask a web server of this machine, because a test says so.
let stack: Stack
let web: TestWeb
let worker: InProcessWorker
beforeAll(async () => {
  ;[stack, web] = await Promise.all([startStack({ workers: 0 }), startWeb()])
  worker = await aWorker({ databaseUrl: stack.databaseUrl, redisUrl: stack.redisUrl, trustedHosts: [web.host] })
})
afterAll(async () => {
  await worker.stop()
  web.close()
  await stack.stop()
})

async function aPerson(name: string): Promise<Client> {
  const client = createClient({ url: stack.apiUrl, socketUrl: stack.socketUrl })
  await client.register({ email: `${name}@preview.example`, username: name, password: 'correct horse', display_name: name })
  return client
}

it('a link that somebody posts arrives at the others, and a moment later what is behind it, without the mark of an edit', async () => {
  const [ada, bob] = await Promise.all([aPerson('ada'), aPerson('bob')])
  const { id: workspace_id } = await ada.createWorkspace({ name: 'Previews' })
  await bob.acceptInvite({ token: (await ada.createInvite({ workspace_id })).token })
  const boot = await bob.boot({ workspace_id })
  const heard: ClientEvent[] = []
  const onEvent = (event: { type: string }) => void heard.push(event as ClientEvent)
  const connection = bob.connect({ from: boot, onEvent, onProblem: () => undefined })
  await waitFor(() => connection.status.state === 'live')
  const channel_id = boot.channels[0]?.id
  if (channel_id === undefined) throw new Error('A workspace without a channel')

  const url = `http://${web.host}/news`
  const sent = await ada.sendMessage({ channel_id, content: `Have you seen ${url}? And http://169.254.169.254/latest/meta-data?` })
  const updated = await waitFor(() => heard.find((event) => event.type === 'message_updated'), { message: 'bob to receive the preview' })
  expect(updated.data).toMatchObject({
    id: sent.id, content: sent.content, edited_at: null, previews: [{ url, title: 'Page /news', description: null, site_name: null, image_url: null }],
  })
  expect(heard.map(({ type }) => type)).toEqual(['message_sent', 'message_updated'])
  connection.close()
})
