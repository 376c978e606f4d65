import { readFileSync } from 'node:fs'
import { expect, it } from '@jest/globals'

const MODULE = /(?:import|export)\s(?!type)[^'"]*?from\s*'([^']+)'/g

/** Every module that importing this one loads; types are stripped and load nothing. */
function closure(file: URL, found = new Map<string, string>()): Map<string, string> {
  if (found.has(file.href)) return found
  const source = readFileSync(file, 'utf8')
  found.set(file.href, source)
  for (const [, specifier = ''] of source.matchAll(MODULE)) {
    if (specifier.startsWith('.')) closure(new URL(specifier, file), found)
    else if (specifier.startsWith('@afrochat/')) closure(new URL(`../../${specifier.slice('@afrochat/'.length)}/src/index.ts`, import.meta.url), found)
    else found.set(specifier, '')
  }
  return found
}

it('loads nothing that only Node.js has', () => {
  const modules = closure(new URL('index.ts', import.meta.url))
  expect([...modules.keys()].some((name) => name.endsWith('/contracts/src/routes/catalogue.ts'))).toBe(true)
  expect([...modules.keys()].filter((name) => !name.startsWith('file:'))).toEqual(['typebox'])
  const withGlobals = [...modules].filter(([, source]) => /\b(?:Buffer|process|setImmediate)[.(]/.test(source.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')))
  expect(withGlobals.map(([name]) => name)).toEqual([])
})
