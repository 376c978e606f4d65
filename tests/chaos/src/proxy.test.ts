import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { waitFor } from '@afrochat/test-support'
import { startProxy, type Proxy } from './proxy.ts'

let proxy: Proxy
let port: number
const open: Socket[] = []
/** Says again what it hears, and does not mind that a line ends with a reset. */
const server = createServer((socket) => {
  socket.on('error', () => undefined)
  socket.pipe(socket)
})
beforeEach(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
  proxy = await startProxy(port)
})
afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy()
  await proxy.close()
  await new Promise((resolve) => server.close(resolve))
})

/** What it gets back is what it said, where the line is well. */
async function aClient() {
  const socket = connect({ port: proxy.port, host: '127.0.0.1' })
  open.push(socket)
  let heard = ''
  let ended: string | undefined
  socket.on('data', (data) => (heard += data.toString()))
  socket.on('error', (error: NodeJS.ErrnoException) => (ended = error.code))
  await once(socket, 'connect')
  return { socket, heard: () => heard, ended: () => ended }
}

describe('a line', () => {
  it('passes on what is said, both ways', async () => {
    const { socket, heard } = await aClient()
    socket.write('hello')
    await waitFor(() => heard() === 'hello')
  })

  it('holds back everything while it is dead, on connections that were there and on new ones, and passes it on once afterwards', async () => {
    const before = await aClient()
    before.socket.write('one ')
    await waitFor(() => before.heard() === 'one ')
    proxy.stall()
    const meanwhile = await aClient()
    for (const { socket } of [before, meanwhile]) socket.write('two ')
    await waitFor(() => proxy.held > 0)
    expect([before.heard(), meanwhile.heard()]).toEqual(['one ', ''])
    proxy.resume()
    await waitFor(() => before.heard() === 'one two ' && meanwhile.heard() === 'two ')
    meanwhile.socket.write('three')
    await waitFor(() => meanwhile.heard() === 'two three')
  })

  it('keeps from a client what it is answered from certain words on, and shows it; other clients get theirs', async () => {
    const [one, other] = [await aClient(), await aClient()]
    one.socket.write('before ')
    await waitFor(() => one.heard() === 'before ')
    const withheld = proxy.withhold('commit')
    one.socket.write('commit ')
    const { answer, port: end } = await withheld
    one.socket.write('again')
    await waitFor(() => answer().toString() === 'commit again')
    other.socket.write('commit')
    await waitFor(() => other.heard() === 'commit')
    expect([one.heard(), proxy.ports.includes(end)]).toEqual(['before ', true])
  })

  it('lets somebody hear what each client says', async () => {
    const said: string[] = []
    const line = await startProxy(port, { listen: () => (part) => said.push(part.toString()) })
    const socket = connect({ port: line.port, host: '127.0.0.1' })
    open.push(socket)
    socket.write('hello')
    await waitFor(() => said.join('') === 'hello')
    await line.close()
  })

  it('ends all connections with a reset, and takes new ones', async () => {
    const { ended } = await aClient()
    await waitFor(() => proxy.connections === 1)
    expect(proxy.reset()).toBe(1)
    await waitFor(() => ended() === 'ECONNRESET')
    const { socket, heard } = await aClient()
    socket.write('again')
    await waitFor(() => heard() === 'again')
  })
})
