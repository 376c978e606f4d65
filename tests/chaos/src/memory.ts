import { readFileSync } from 'node:fs'
import { once } from 'node:events'
import { WebSocket } from 'ws'
import { waitFor, type StackService } from '@afrochat/test-support'

/** For `NODE_OPTIONS`: an inspector that is asked for listens where nothing else does. */
export const INSPECTABLE = '--inspect-port=0'

/**
 * The bytes that a process holds on to once its garbage is collected, in its heap and outside of it. Every Node opens
 * an inspector when it gets SIGUSR1, and says where in its log.
 */
export async function memoryOf(service: StackService, logFile: string): Promise<number> {
  const socket = new WebSocket(await inspectorOf(service.pid(), logFile))
  try {
    await once(socket, 'open')
    // Twice: what was waiting for a finaliser goes the second time.
    for (let round = 0; round < 2; round += 1) await ask(socket, 'HeapProfiler.collectGarbage')
    const { result } = await ask(socket, 'Runtime.evaluate', { expression: '(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())' })
    return Number(result?.value)
  } finally {
    socket.terminate()
  }
}

const inspectors = new Map<number, string>()

async function inspectorOf(pid: number, logFile: string): Promise<string> {
  const known = inspectors.get(pid)
  if (known !== undefined) return known
  const { length } = readFileSync(logFile)
  process.kill(pid, 'SIGUSR1')
  const said = () => /Debugger listening on (ws:\S+)/.exec(readFileSync(logFile).subarray(length).toString())?.[1]
  const url = await waitFor(said, { timeoutMs: 20_000, message: 'the inspector to listen' })
  inspectors.set(pid, url)
  return url
}

interface Answer {
  readonly id: number
  readonly result: { readonly result?: { readonly value: unknown } }
}

let asked = 0

async function ask(socket: WebSocket, method: string, params: object = {}): Promise<Answer['result']> {
  asked += 1
  const id = asked
  const answered = new Promise<Answer['result']>((resolve) => {
    socket.on('message', (text: Buffer) => {
      // The inspector's protocol.
      const answer = JSON.parse(text.toString()) as Answer
      if (answer.id === id) resolve(answer.result)
    })
  })
  socket.send(JSON.stringify({ id, method, params }))
  return answered
}
