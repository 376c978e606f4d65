import { expect, it } from '@jest/globals'
import { staleFiles } from './generate.ts'

it('finds every generated file up to date (else: npm run generate)', async () => {
  expect(await staleFiles()).toEqual([])
})
