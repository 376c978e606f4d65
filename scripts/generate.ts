// npm run generate: writes the files that are made from code. `--check` only tells whether they are up to date.
import { readFile, writeFile } from 'node:fs/promises'
import { envExample } from '@afrochat/config'
import { apiSettings } from '../apps/api/src/config.ts'
import { apiSpecYaml } from '../apps/api/src/openapi/yaml.ts'
import { migrationSettings } from '../apps/migration/src/config.ts'
import { asyncApiYaml } from '../apps/websocket/src/asyncapi/yaml.ts'
import { websocketSettings } from '../apps/websocket/src/config.ts'
import { workerSettings } from '../apps/worker/src/config.ts'
import { permissionsPage } from './pages/permissions-page.ts'

/** Path from the root of the project → its contents as they should be. */
const GENERATED: Record<string, () => string | Promise<string>> = {
  '.env.example': () =>
    envExample([
      { name: 'api', schema: apiSettings },
      { name: 'websocket', schema: websocketSettings },
      { name: 'worker', schema: workerSettings },
      { name: 'migration', schema: migrationSettings },
    ]),
  'api-spec.yaml': apiSpecYaml,
  'asyncapi.yaml': asyncApiYaml,
  'docs/permissions.md': permissionsPage,
}

/** The generated files that are not what the code would make now. */
export async function staleFiles(): Promise<string[]> {
  const stale: string[] = []
  for (const [path, make] of Object.entries(GENERATED)) if ((await make()) !== (await present(path))) stale.push(path)
  return stale
}

async function present(path: string): Promise<string | undefined> {
  try {
    return await readFile(fileOf(path), 'utf8')
  } catch {
    // Not made yet: as stale as can be.
    return undefined
  }
}

function fileOf(path: string): URL {
  return new URL(`../${path}`, import.meta.url)
}

async function main(): Promise<void> {
  if (!process.argv.includes('--check')) {
    for (const [path, make] of Object.entries(GENERATED)) await writeFile(fileOf(path), await make())
    return
  }
  const stale = await staleFiles()
  if (stale.length === 0) return
  console.error(`Out of date: ${stale.join(', ')}. Run "npm run generate" and commit what it writes.`)
  process.exitCode = 1
}

if (import.meta.main) await main()
