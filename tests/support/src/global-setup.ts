import { migrateUp } from '@afrochat/database'
import { startPostgres, startRedis, type RunningService } from '@afrochat/scripts/services'
import { RUN } from './run-services.ts'
import { runStatement } from './test-database.ts'

const TEMPLATE = 'template_migrated'
let running: RunningService[] = []

/** Jest runs it once, and only if a project that names it has tests to run. */
export async function setUp({ maxWorkers }: { maxWorkers: number }): Promise<void> {
  const [postgres, ...redis] = await Promise.all([startPostgres(), ...Array.from({ length: maxWorkers }, () => startRedis())])
  running = [postgres, ...redis]
  // Rows that are copied many times over need not be looked up in each other every time (tests/stage/src/copies.ts).
  await runStatement(postgres.superuserUrl, 'grant set on parameter session_replication_role to public')
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
  await runStatement(url, `create database ${TEMPLATE}`)
  const template = new URL(url)
  template.pathname = `/${TEMPLATE}`
  await migrateUp(template.href)
}
