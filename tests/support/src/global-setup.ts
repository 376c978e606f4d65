import { migrateUp } from '@afrochat/database'
import { startPostgres, startRedis, type RunningService } from '@afrochat/scripts/services'
import pg from 'pg'
import { RUN } from './run-services.ts'

const TEMPLATE = 'template_migrated'
let running: RunningService[] = []

/** Jest runs it once, and only if a project that names it has tests to run. */
export async function setUp({ maxWorkers }: { maxWorkers: number }): Promise<void> {
  const [postgres, ...redis] = await Promise.all([startPostgres(), ...Array.from({ length: maxWorkers }, () => startRedis())])
  running = [postgres, ...redis]
  await createTemplate(postgres.url)
  process.env[RUN.database] = postgres.url
  process.env[RUN.template] = TEMPLATE
  process.env[RUN.redis] = redis.map((one) => one.url).join(' ')
}

/** After all tests. If the run is killed before, the services stop by themselves. */
export async function tearDown(): Promise<void> {
  await Promise.all(running.map((service) => service.stop()))
}

async function createTemplate(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`create database ${TEMPLATE}`)
  await client.end()
  const template = new URL(url)
  template.pathname = `/${TEMPLATE}`
  await migrateUp(template.href)
}
