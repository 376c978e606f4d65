// `ws` as its documentation does a broadcast: the message is made once, and sent to each client. Arguments: channels, compression.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'
import { messageText } from '../message.ts'
import { announce, takeOrders } from '../orders.ts'

const channels = Number(process.argv[2])
const rooms = Array.from({ length: channels }, () => new Set<WebSocket>())
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: process.argv[3] === 'deflate' ? { threshold: 0 } : false })
server.on('connection', (client, request) => {
  const room = rooms[Number(new URL(request.url ?? '', 'http://server').searchParams.get('channel'))]
  room?.add(client)
  client.on('error', () => undefined)
  client.on('close', () => room?.delete(client))
})
await once(server, 'listening')

const orderPort = await takeOrders(channels, (channel, message) => {
  const bytes = Buffer.from(messageText(message))
  for (const client of rooms[channel] ?? []) client.send(bytes, { binary: false })
})
announce({ port: (server.address() as AddressInfo).port, orderPort })
