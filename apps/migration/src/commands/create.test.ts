import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createMigration } from './create.ts'

let folder: URL
beforeEach(async () => {
  folder = pathToFileURL(`${await mkdtemp(join(tmpdir(), 'migrations-'))}/`)
})
afterEach(() => rm(folder, { recursive: true }))

describe('create', () => {
  it('makes a pair of files with the number after the last', async () => {
    expect(await createMigration('Add pins', folder)).toEqual(['000001_add_pins.up.sql', '000001_add_pins.down.sql'])
    await writeFile(new URL('000041_other.up.sql', folder), '')
    expect(await createMigration('drop-pins', folder)).toEqual(['000042_drop_pins.up.sql', '000042_drop_pins.down.sql'])
    expect(await readFile(new URL('000042_drop_pins.up.sql', folder), 'utf8')).toMatch(/^-- /)
  })

  it.each(['', '../../etc/passwd', '1st', 'a'.repeat(61), 'naïve', 'a.b', 'a/b'])('refuses the name %j and writes nothing', async (name) => {
    await expect(createMigration(name, folder)).rejects.toThrow(/named with letters/)
    expect(await readdir(folder)).toEqual([])
  })
})
