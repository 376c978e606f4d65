import { Agent, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from '@jest/globals'
import Fastify from 'fastify'
import { closeServer } from './close-server.ts'

describe('closeServer', () => {
  it('answers what is under way on a kept connection, and does not wait for that to fall silent', async () => {
    const app = Fastify({ keepAliveTimeout: 60_000 })
    const gate = Promise.withResolvers<void>()
    const arrived = Promise.withResolvers<void>()
    app.get('/slow', async () => {
      arrived.resolve()
      await gate.promise
      return 'done'
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as AddressInfo
    const agent = new Agent({ keepAlive: true })
    const answer = new Promise<string>((resolve, reject) => {
      get({ port, host: '127.0.0.1', path: '/slow', agent }, (response) => response.toArray().then((chunks) => resolve(Buffer.concat(chunks as Buffer[]).toString()), reject)).on('error', reject)
    })
    await arrived.promise
    const closed = closeServer(app)
    gate.resolve()
    expect(await answer).toBe('done')
    await closed
    agent.destroy()
  })
})
