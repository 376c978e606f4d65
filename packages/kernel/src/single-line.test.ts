import { describe, expect, it } from '@jest/globals'
import { toSingleLine } from './single-line.ts'

describe('toSingleLine', () => {
  it('leaves a good name alone', () => {
    for (const name of ['Ada Lovelace', 'Adaeze Nwosu', '李小龍', 'José', '👩🏽‍💻 Zoë', 'd’Arcy-O’Neil (ops)']) expect(toSingleLine(name)).toBe(name)
  })

  it('puts a name on one line and takes off what surrounds it', () => {
    expect(toSingleLine('  Ada\r\n\tLovelace\u2028 ')).toBe('Ada Lovelace')
  })

  it('takes out what turns the direction of writing', () => {
    expect(toSingleLine('exe\u202egpj.\u2066x')).toBe('exe gpj. x')
  })

  it('composes, so that one name has one form', () => {
    expect(toSingleLine('Jose\u0301')).toBe('Jos\u00e9')
  })

  it('is empty when nothing would be seen', () => {
    for (const name of ['', ' ', '\u200b', '\u0301\u0301', '\ufeff', '\u00ad', '\u200d']) expect(toSingleLine(name)).toBe('')
  })
})
