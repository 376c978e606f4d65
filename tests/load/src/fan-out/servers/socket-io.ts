// socket.io with its defaults. Arguments: channels, and the URL of a Redis if its streams adapter is to be used.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdapter } from '@socket.io/redis-streams-adapter'
import { Redis } from 'ioredis'
import { Server } from 'socket.io'
import { messageObject } from '../message.ts'
import { announce, takeOrders } from '../orders.ts'

const channels = Number(process.argv[2])
const redisUrl = process.argv[3]
const http = createServer()
const io = new Server(http, { transports: ['websocket'], ...(redisUrl !== undefined && { adapter: createAdapter(new Redis(redisUrl)) }) })
io.on('connection', (socket) => socket.join(`channel-${String(socket.handshake.query['channel'])}`))
http.listen(0, '127.0.0.1')
await once(http, 'listening')

const orderPort = await takeOrders(channels, (channel, message) => {
  io.to(`channel-${channel}`).emit('message', messageObject(message))
})
announce({ port: (http.address() as AddressInfo).port, orderPort })
