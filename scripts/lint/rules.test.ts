import { describe, expect, it } from '@jest/globals'
import { Linter } from 'eslint'
import tseslint from 'typescript-eslint'
import { afrochat } from './rules.js'

function reports(code: string, filename = 'packages/chat/src/send-message.ts'): string[] {
  const rules = { 'afrochat/cast-has-reason': 'error', 'afrochat/file-name': 'error', 'afrochat/sql': 'error' } as const
  const config = { files: ['**'], plugins: { afrochat }, rules, languageOptions: { parser: tseslint.parser as Linter.Parser } }
  return new Linter().verify(code, [config], { filename }).map((problem) => problem.messageId ?? problem.message)
}

describe('a type assertion', () => {
  it('needs a reason on its line, or above it or its statement', () => {
    expect(reports('const a = b as string')).toEqual(['missing'])
    expect(reports('const a = b as string // The parser gives text.')).toEqual([])
    expect(reports('// The parser gives text.\nconst a = b as string')).toEqual([])
    expect(reports('// The parser gives text.\nconst a = call(\n  b as string,\n)')).toEqual([])
    expect(reports('// Of the line before.\nconst c = 1\nconst a = b as string')).toEqual(['missing'])
  })

  it('as const is none', () => {
    expect(reports('const a = [1] as const')).toEqual([])
  })
})

describe('a file name', () => {
  it('says what is in the file', () => {
    for (const name of ['send-message', 'message.view', '000001-core', 'x.int.test', 'index']) expect(reports('', `src/${name}.ts`)).toEqual([])
    expect(reports('', 'src/utils.ts')).toEqual(['drawer'])
    expect(reports('', 'src/sendMessage.ts')).toEqual(['kebab'])
  })
})

describe('SQL', () => {
  it.each([
    ['cursor', 'sql`select * from events where id > ${last}`'],
    ['cursor', 'sql`select * from events order by created_at`'],
    ['sequence', 'sql`select nextval(\'x\')`'],
    ['sequence', '"create table x (id bigserial)"'],
    ['sequence', '`create table x (id bigint generated always as identity)`'],
    ['forUpdate', 'sql`select 1 from channels for update`'],
    ['forUpdate', 'db.selectFrom("channels").forUpdate()'],
    ['offset', 'sql`select 1 from x offset ${n}`'],
    ['offset', 'db.selectFrom("x").offset(5)'],
  ])('is reported: %s in %s', (message, code) => {
    expect(reports(code)).toEqual([message])
  })

  it('is let through where it is right', () => {
    expect(reports('sql`select * from events where pos > ${last} order by pos`')).toEqual([])
    expect(reports('sql`select 1 from channels for no key update`')).toEqual([])
    expect(reports('sql`select 1 from stream_heads for update`', 'packages/database/src/stream-heads.repository.ts')).toEqual([])
    expect(reports('const text = "an update of events is offset by 3"')).toEqual([])
  })
})
