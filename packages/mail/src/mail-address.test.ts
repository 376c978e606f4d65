import { expect, it } from '@jest/globals'
import { medianMs } from '@afrochat/test-support/median-ms'
import { isMailAddress } from './mail-address.ts'

it.each(['ada@example.com', 'ADA.Lovelace+tag@sub.example.co.uk', "o'neill@example.com", 'a@localhost', `${'a'.repeat(64)}@example.com`])('mail is sent to %s', (address) => {
  expect(isMailAddress(address)).toBe(true)
})

it.each([
  '', 'ada', '@example.com', 'ada@', 'a@b@example.com', 'ada@example..com', 'ada@-example.com', '.ada@example.com', 'ada.@example.com',
  'a@example.com, b@example.com', 'a@example.com b@example.com', 'Ada <ada@example.com>', '<ada@example.com>', 'a@example.com>', 'ada@example.com\r\nRCPT TO:<x@evil.example>',
  'ada@example.com\n', '\tada@example.com', '"a@evil.example x"@example.com', '"a\r\nDATA"@example.com', 'ada@[127.0.0.1]', 'ada@еxample.com', 'ädä@example.com', 'ada\0@example.com',
  `${'a'.repeat(65)}@example.com`, `a@${'b.'.repeat(130)}example`,
])('no mail is sent to %j', (address) => {
  expect(isMailAddress(address)).toBe(false)
})

it('judges the longest text at once', async () => {
  const texts = ['a.'.repeat(50_000), `a@${'b-'.repeat(50_000)}`, '@'.repeat(100_000)]
  expect(texts.map(isMailAddress)).toEqual([false, false, false])
  expect(await medianMs(() => texts.map(isMailAddress))).toBeLessThan(200)
})
