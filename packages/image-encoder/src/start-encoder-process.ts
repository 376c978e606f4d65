import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { imageTooLarge, invalidImage, tooManyImages } from './image.errors.ts'
import type { EncodeRequest, EncoderMessage } from './encoder-messages.ts'

export interface EncoderProcess {
  /** False also while it is ending. */
  readonly isAlive: boolean
  /** One question at a time. */
  ask(request: EncodeRequest, timeoutMs: number): Promise<EncoderMessage>
  stop(): void
}

/** Beside this file, with its ending: sources here, JavaScript in dist/. */
const PROGRAM = new URL(`./encoder-process${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)
/** It holds a picture of 1 MiB now and then; what it decodes is not in JavaScript's memory. */
const ARGS = ['--max-old-space-size=64']
/** Nothing of ours: no secret is in the memory that a picture may come to read. libvips' warnings are about the pictures of strangers. */
const ENVIRONMENT = { VIPS_WARNING: '0' }
/** It takes 0.2 s. */
const START_TIMEOUT_MS = 10_000

export function startEncoderProcess(): EncoderProcess {
  const child = fork(PROGRAM, { execArgv: ARGS, env: ENVIRONMENT, serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const ended = endOf(child)
  let isAlive = true
  let isReady = false
  void ended.then(() => (isAlive = false))

  const stop = () => {
    isAlive = false
    child.kill('SIGKILL')
  }
  const start = async () => {
    const ready = Promise.race([nextMessage(child), ended.then(notStarted)])
    await within(START_TIMEOUT_MS, ready, () => notStarted('the encoder does not start'))
    isReady = true
  }
  idle(child)

  return {
    get isAlive() {
      return isAlive
    },
    async ask(request, timeoutMs) {
      busy(child)
      try {
        if (!isReady) await start()
        const answer = Promise.race([nextMessage(child), ended.then(crashed)])
        child.send(request)
        return await within(timeoutMs, answer, () => {
          throw imageTooLarge('This picture takes too long to process')
        })
      } catch (error) {
        stop()
        throw error
      } finally {
        idle(child)
      }
    },
    stop,
  }
}

async function nextMessage(child: ChildProcess): Promise<EncoderMessage> {
  const [message] = await once(child, 'message') as [EncoderMessage] // As encoder-process.ts sends it.
  return message
}

/** How it ended, or why it never began. */
const endOf = (child: ChildProcess) => new Promise<string>((resolve) => {
  child.once('exit', (code, signal) => resolve(`the encoder ended with ${signal ?? `code ${code}`}`))
  child.on('error', (error) => resolve(error.message))
})

/** Before it had seen a picture: that is no picture's fault. */
function notStarted(how: string): never {
  throw tooManyImages(how)
}

function crashed(how: string): never {
  throw invalidImage(how)
}

/** The work, or what `tooLate` throws. */
async function within<T>(timeoutMs: number, work: Promise<T>, tooLate: () => never): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<void>((resolve) => void (timer = setTimeout(resolve, timeoutMs)))
  try {
    return await Promise.race([work, timeout.then(tooLate)])
  } finally {
    clearTimeout(timer)
  }
}

/** Without work it keeps nobody from ending. */
function idle(child: ChildProcess): void {
  child.unref()
  child.channel?.unref()
}

function busy(child: ChildProcess): void {
  child.ref()
  child.channel?.ref()
}
