import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import type { MessageFacts } from './message.ts'

/** Sends the message to all connections of the channel with this index. */
export type Publish = (channel: number, message: Required<MessageFacts>) => void

/** Takes the load generator's orders and has the channels' messages published, the channels in turn. Gives the port. */
export async function takeOrders(channels: number, publish: Publish, onDone?: () => void): Promise<number> {
  const server = createServer((socket) => {
    let ordered = 0
    let rest = ''
    socket.setNoDelay(true)
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => {
      const lines = (rest + bytes.toString()).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        const [count = 0, at = 0, bytes = 0] = line.split(' ').map(Number)
        for (let index = 0; index < count; index += 1) {
          publish(ordered % channels, { number: Math.floor(ordered / channels) + 1, at, bytes })
          ordered += 1
        }
      }
      onDone?.()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // It listens on TCP.
  return (server.address() as AddressInfo).port
}

/** Tells the measuring process that this server is up. */
export function announce(ports: { readonly port: number; readonly orderPort: number }): void {
  process.send?.(ports)
  process.on('disconnect', () => process.exit())
}
