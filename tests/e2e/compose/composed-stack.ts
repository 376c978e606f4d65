import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { aFreePort } from '@afrochat/test-support'

/** What `docker compose ps` says of a container. */
export interface ContainerState {
  readonly ID: string
  readonly Service: string
  readonly State: string
  readonly ExitCode: number
}

/** docker-compose.yml under a name, ports, secrets and volumes of its own, so that it disturbs nobody's. */
export interface ComposedStack {
  readonly apiUrl: string
  readonly socketUrl: string
  /** `docker compose …` for this stack; gives what it wrote to its standard output. */
  compose(...args: string[]): Promise<string>
  /** All containers, those that have ended too. */
  containers(): Promise<ContainerState[]>
  /** The lines that the service's container wrote, to standard output and to standard error. */
  logLines(service: string): Promise<string[]>
}

const FILE = fileURLToPath(new URL('../../../docker-compose.yml', import.meta.url))
/** A minute of logs of everything at most. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024

const run = promisify(execFile)

export async function composedStack(): Promise<ComposedStack> {
  const [port, socketPort] = [await aFreePort(), await aFreePort()]
  const secret = () => randomBytes(32).toString('hex')
  const env = {
    ...process.env,
    COMPOSE_PROFILES: '', PUBLISH_ADDRESS: '127.0.0.1', PORT: String(port), WEBSOCKET_PORT: String(socketPort),
    POSTGRES_PASSWORD: secret(), REDIS_PASSWORD: secret(), JWT_SECRET: secret(),
  }
  const project = `afrochat-story-${randomBytes(4).toString('hex')}`
  const compose = async (...args: string[]) => {
    const { stdout } = await run('docker', ['compose', '--project-name', project, '--file', FILE, ...args], { env, maxBuffer: MAX_OUTPUT_BYTES })
    return stdout
  }
  const containers = async () => {
    const lines = await compose('ps', '--all', '--format', 'json')
    return lines.split('\n').filter(Boolean).map((line) => JSON.parse(line) as ContainerState)
  }
  return {
    apiUrl: `http://127.0.0.1:${port}`,
    socketUrl: `ws://127.0.0.1:${socketPort}/ws`,
    compose,
    containers,
    async logLines(service) {
      const { ID } = (await containers()).find(({ Service }) => Service === service) ?? {}
      if (ID === undefined) throw new Error(`There is no container of ${service}`)
      const { stdout, stderr } = await run('docker', ['logs', ID], { maxBuffer: MAX_OUTPUT_BYTES })
      return `${stdout}\n${stderr}`.split('\n').filter(Boolean)
    },
  }
}
