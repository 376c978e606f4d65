// People with open sockets who say something every few seconds: how long a message takes until everybody has it, and whether
// each socket gets each message, once and in order.
//   k6 run tests/load/websocket-test.js
//   k6 run -e VUS=100 -e SECONDS=60 -e PAUSE_MS=1000 tests/load/websocket-test.js
import { check } from 'k6'
import { Counter, Trend } from 'k6/metrics'
import { WebSocket } from 'k6/websockets'
import { aChannelOfPeople, newClientMsgId, tokenOf, WS_URL } from './afrochat.js'

const SECONDS = Number(__ENV.SECONDS ?? 20)
const PAUSE_MS = Number(__ENV.PAUSE_MS ?? 2_000)
/** For the last messages to arrive. */
const REST_MS = 2_000

export const options = {
  scenarios: {
    people: { executor: 'per-vu-iterations', vus: Number(__ENV.VUS ?? 20), iterations: 1, maxDuration: `${SECONDS + 60}s` },
  },
  thresholds: {
    checks: ['rate==1'],
    message_delivery_ms: ['p(99)<1000'],
    messages_lost: ['count==0'],
    messages_twice: ['count==0'],
    messages_out_of_order: ['count==0'],
  },
}

const delivery = new Trend('message_delivery_ms', true)
const acknowledgement = new Trend('message_ack_ms', true)
const received = new Counter('messages_received')
const lost = new Counter('messages_lost')
const twice = new Counter('messages_twice')
const outOfOrder = new Counter('messages_out_of_order')

export const setup = aChannelOfPeople

export default function (place) {
  const socket = new WebSocket(WS_URL, 'afrochat.v1', { headers: { Authorization: `Bearer ${tokenOf(place)}` } })
  const sentAt = new Map()
  let lastSeq
  let code = 0
  let isClosing = false

  socket.onmessage = ({ data }) => {
    const frame = JSON.parse(data)
    if (frame.type === 'hello') begin()
    if (frame.type === 'ack' && sentAt.has(frame.id)) acknowledgement.add(Date.now() - sentAt.get(frame.id))
    if (frame.type === 'error') check(frame, { 'no command is refused': () => false })
    if (frame.type === 'message_sent' && frame.channel_id === place.channelId) take(frame)
  }
  socket.onclose = (event) => {
    code = event.code
    check(code, { 'the socket stays open to the end': () => isClosing })
  }

  function begin() {
    check(socket, { 'the socket is open and the gateway says hello': () => true })
    const timer = setInterval(say, PAUSE_MS)
    setTimeout(() => clearInterval(timer), SECONDS * 1000)
    setTimeout(() => {
      isClosing = true
      socket.close()
    }, SECONDS * 1000 + REST_MS)
  }

  function say() {
    const id = newClientMsgId()
    sentAt.set(id, Date.now())
    // The time is in the text, for those who receive it: all virtual users are in this process, with one clock.
    const content = `${Date.now()} The quick brown fox jumps over the lazy dog.`
    socket.send(JSON.stringify({ type: 'send_message', id, data: { channel_id: place.channelId, client_msg_id: id, content } }))
  }

  function take({ seq, data: { content } }) {
    received.add(1)
    delivery.add(Date.now() - Number.parseInt(content, 10))
    if (lastSeq !== undefined && seq === lastSeq) twice.add(1)
    else if (lastSeq !== undefined && seq < lastSeq) outOfOrder.add(1)
    else if (lastSeq !== undefined && seq > lastSeq + 1) lost.add(seq - lastSeq - 1)
    lastSeq = Math.max(lastSeq ?? 0, seq)
  }
}
