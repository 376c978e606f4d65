import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'

// docs/rules.md names the tests that show each rule. One that was renamed or taken out must be missed there.

const ROOT = join(import.meta.dirname, '..')
const page = readFileSync(join(ROOT, 'docs', 'rules.md'), 'utf8')

interface Named {
  readonly path: string
  readonly test: string
}

/** Rule → the tests that are named with it. */
const rules = new Map([...page.matchAll(/^\| (\d+\.\d+) \| .+ \| ([^|]+(?:\\\|[^|]+)*) \|$/gm)].map(([, number = '', cell = '']) => [number, testsIn(cell)]))

function testsIn(cell: string): Named[] {
  return cell.split('<br>').map((entry) => {
    const [, path = '', test = ''] = /^\[[^\]]+\]\(\.\.\/([^)]+)\): (.+)$/.exec(entry.trim()) ?? []
    return { path, test: test.replaceAll('\\|', '|') }
  })
}

/** As tests write it: in whatever quotes. */
const isIn = (path: string, test: string): boolean => readFileSync(join(ROOT, path), 'utf8').replaceAll("\\'", "'").includes(test)

describe('docs/rules.md', () => {
  it.each([...rules])('%s names tests that there are', (_, tests) => {
    expect(tests.length).toBeGreaterThan(0)
    expect(tests.filter(({ path, test }) => test === '' || !existsSync(join(ROOT, path)) || !isIn(path, test))).toEqual([])
  })

  it('has no row that is not understood here', () => {
    expect([...page.matchAll(/^\| \d+\.\d+ /gm)]).toHaveLength(rules.size)
    expect(rules.size).toBeGreaterThan(100)
  })
})
