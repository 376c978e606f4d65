import { Agent, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from '@jest/globals'
import Fastify from 'fastify'
import { closeServer } from './close-server.ts'

function textOf(port: number, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get({ port, host: '127.0.0.1', path: '/slow', agent }, (response) => {
      let text = ''
      response.on('data', (chunk) => (text += String(chunk))).on('end', () => resolve(text)).on('error', reject)
    })
    request.on('error', reject)
  })
}

describe('closeServer', () => {
  it('answers what is under way, and does not wait for its connection to run out', async () => {
    const app = Fastify({ keepAliveTimeout: 60_000 })
    const arrived = Promise.withResolvers<void>()
    const stopped = Promise.withResolvers<void>()
    app.get('/slow', async () => {
      arrived.resolve()
      await stopped.promise
      return 'done'
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    const agent = new Agent({ keepAlive: true })
    const answer = textOf((app.server.address() as AddressInfo).port, agent)
    await arrived.promise
    const closed = closeServer(app)
    // Only when nobody new is let in does the answer go out.
    while (app.server.listening) await new Promise(setImmediate)
    stopped.resolve()
    expect(await answer).toBe('done')
    await closed
    agent.destroy()
  })
})
