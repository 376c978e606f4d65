import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'

// Plants one violation of every rule in a small tree, and sees each reported: a rule with a slip in its pattern would
// otherwise look like a clean tree for ever.

const PACKAGES = ['kernel', 'contracts', 'client', 'config', 'database', 'redis', 'event-log', 'logger', 'queue', 'outgoing', 'auth', 'workspace', 'file', 'chat', 'import', 'search']

const VIOLATIONS: Record<string, [file: string, imports: string]> = {
  'no-circular': ['packages/auth/src/one.ts', './two.ts'],
  'packages-never-import-apps': ['packages/chat/src/a.ts', '../../../apps/api/src/index.ts'],
  'apps-never-import-each-other': ['apps/api/src/a.ts', '../../worker/src/index.ts'],
  'nothing-imports-tests-or-scripts': ['packages/chat/src/b.ts', '../../../scripts/index.ts'],
  'kernel-is-pure': ['packages/kernel/src/a.ts', '../../contracts/src/index.ts'],
  'contracts-is-pure': ['packages/contracts/src/a.ts', '../../database/src/index.ts'],
  'client-speaks-the-contract': ['packages/client/src/a.ts', '../../kernel/src/index.ts'],
  'config-belongs-to-apps': ['packages/redis/src/a.ts', '../../config/src/index.ts'],
  'adapters-know-no-domain': ['packages/redis/src/b.ts', '../../chat/src/index.ts'],
  'adapters-stand-alone': ['packages/redis/src/c.ts', '../../database/src/index.ts'],
  'event-log-has-two-sides': ['packages/event-log/src/a.ts', '../../logger/src/index.ts'],
  'auth-is-leftmost': ['packages/auth/src/a.ts', '../../workspace/src/index.ts'],
  'workspace-before-file': ['packages/workspace/src/a.ts', '../../file/src/index.ts'],
  'file-before-chat': ['packages/file/src/a.ts', '../../chat/src/index.ts'],
  'chat-before-import': ['packages/chat/src/c.ts', '../../import/src/index.ts'],
  'acting-domains-do-not-react': ['packages/chat/src/d.ts', '../../search/src/index.ts'],
  'reacting-domains-listen': ['packages/search/src/a.ts', '../../chat/src/index.ts'],
  'domain-takes-ports': ['packages/chat/src/e.ts', '../../redis/src/index.ts'],
  'domain-has-no-transport': ['packages/chat/src/f.ts', 'fastify'],
  'domain-asks-nobody': ['packages/chat/src/h.ts', 'node:https'],
  'only-repositories-build-sql': ['packages/chat/src/g.ts', 'kysely'],
  'one-owner-of-each-technology': ['apps/api/src/b.ts', 'pg'],
  'no-deep-imports': ['apps/api/src/c.ts', '../../../packages/chat/src/inner.ts'],
  'no-unknown-imports': ['apps/api/src/d.ts', './nowhere.ts'],
}

const ALLOWED: [file: string, imports: string][] = [
  ['apps/api/src/z.ts', '../../../packages/chat/src/index.ts'],
  ['packages/chat/src/z.ts', '../../workspace/src/index.ts'],
  ['packages/chat/src/z.repository.ts', 'kysely'],
  ['packages/chat/src/z.int.test.ts', '../../event-log/src/index.ts'],
  ['packages/event-log/src/z.ts', '../../redis/src/index.ts'],
  ['packages/client/src/z.ts', '../../contracts/src/index.ts'],
]

const ROOT = join(import.meta.dirname, '..')
const tree = mkdtempSync(join(tmpdir(), 'afrochat-boundaries-'))

function write(file: string, text: string): void {
  mkdirSync(dirname(join(tree, file)), { recursive: true })
  writeFileSync(join(tree, file), text)
}

/** The names of the broken rules, each once, with the files that broke them. */
async function cruise(): Promise<Map<string, Set<string>>> {
  const cli = join(ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs')
  const output = await new Promise<string>((resolve) => {
    const args = [cli, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'apps', 'packages']
    execFile(process.execPath, args, { cwd: tree, maxBuffer: 16_777_216 }, (_error, stdout, stderr) => resolve(stdout || stderr))
  })
  const { summary } = JSON.parse(output) as { summary: { violations: { from: string; rule: { name: string } }[] } }
  const found = new Map<string, Set<string>>()
  for (const { from, rule } of summary.violations) found.set(rule.name, (found.get(rule.name) ?? new Set()).add(from))
  return found
}

beforeAll(() => {
  for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json']) cpSync(join(ROOT, file), join(tree, file))
  for (const name of PACKAGES) write(`packages/${name}/src/index.ts`, 'export const x = 1\n')
  for (const name of ['api', 'worker']) write(`apps/${name}/src/index.ts`, 'export const x = 1\n')
  for (const name of ['fastify', 'kysely', 'pg']) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' }))
    write(`node_modules/${name}/index.js`, 'module.exports = {}\n')
  }
  write('scripts/index.ts', 'export const x = 1\n')
  write('packages/chat/src/inner.ts', 'export const x = 1\n')
  for (const [file, imports] of ALLOWED) write(file, `import { x } from '${imports}'\nconsole.log(x)\n`)
})

afterAll(() => rmSync(tree, { recursive: true, force: true }))

describe('the boundaries', () => {
  it('let through what is allowed', async () => {
    expect(await cruise()).toEqual(new Map())
  })

  it('report every rule when it is broken, at the file that breaks it', async () => {
    const { forbidden } = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as { forbidden: { name: string }[] }
    expect(Object.keys(VIOLATIONS).sort()).toEqual(forbidden.map((rule) => rule.name).sort())

    for (const [file, imports] of Object.values(VIOLATIONS)) write(file, `import { x } from '${imports}'\nexport const y = x\n`)
    write('packages/auth/src/two.ts', `import { y } from './one.ts'\nexport const x = y\n`)
    const found = await cruise()
    const unreported = Object.entries(VIOLATIONS).filter(([rule, [file]]) => !found.get(rule)?.has(file))
    expect(unreported).toEqual([])
  })
})
