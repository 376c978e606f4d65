import { expect, it } from '@jest/globals'
import { resolvePublic } from './resolve-host.ts'

it.each([
  [['8.8.8.8'], '8.8.8.8'], [['8.8.8.8', '1.1.1.1'], '8.8.8.8'], [['2606:4700::1111'], '2606:4700::1111'],
  [[], undefined], [['127.0.0.1'], undefined], [['8.8.8.8', '127.0.0.1'], undefined], [['10.0.0.7', '8.8.8.8'], undefined],
  [['2606:4700::1111', 'fd00::1'], undefined], [['::ffff:8.8.8.8'], undefined], [['64:ff9b::808:808'], undefined],
])('of the addresses %j of a name %j is connected to', async (addresses, address) => {
  expect(await resolvePublic('example.com', async () => addresses)).toBe(address)
})
