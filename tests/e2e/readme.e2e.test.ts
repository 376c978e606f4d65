import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { createClient } from '@afrochat/client'
import { startStack, waitFor, type Stack } from '@afrochat/test-support'

const README = join(import.meta.dirname, '..', '..', 'packages', 'client', 'README.md')

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack.stop(), 60_000)

it('the first example of the SDK runs as it is printed', async () => {
  const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(readFileSync(README, 'utf8')) ?? []
  const ada = createClient({ url: stack.apiUrl })
  await ada.register({ email: 'ada@readme.example', username: 'ada', display_name: 'Ada', password: 'karibu-afrochat' })
  await ada.createWorkspace({ name: 'Demo', slug: 'demo' })

  const program = example.replace('http://localhost:8080', stack.apiUrl).replace('ws://localhost:8081/ws', stack.socketUrl)
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], { cwd: import.meta.dirname, env: { ...process.env, NODE_OPTIONS: '' } })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  await waitFor(() => {
    expect(output).toBe('(connecting)\n(catching-up)\n(live)\nHello from the SDK\n')
    return true
  }, { timeoutMs: 60_000, message: 'the example to have said what it says' })
  child.kill()
})
