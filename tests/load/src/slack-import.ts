import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Stack } from '@afrochat/test-support'

/** AFROCHAT_DEMO_EXPORT, or the one beside the project. */
export const exportFile = (): string =>
  process.env['AFROCHAT_DEMO_EXPORT'] ?? new URL('../../../../shared/data/racket-slack-export.zip', import.meta.url).pathname

/** Imports a Slack export into a new workspace, which this person joins. Gives the report. */
export async function importExport(stack: Stack, { file, join }: { readonly file: string; readonly join: string }): Promise<string> {
  const command = new URL('../../../apps/migration/src/main.ts', import.meta.url).pathname
  const { stdout } = await promisify(execFile)(process.execPath, [command, 'import', 'slack', file, '--workspace', 'Imported', '--join', join], {
    env: { ...process.env, DATABASE_URL: stack.databaseUrl, REDIS_URL: stack.redisUrl },
  })
  return stdout
}
