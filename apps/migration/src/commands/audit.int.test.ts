import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Workspace } from '@afrochat/contracts'
import { createWorld, type World } from '@afrochat/test-support'
import { runCommand } from '../testing/command.ts'

let world: World
let whole: Workspace, broken: Workspace, deleted: Workspace

beforeAll(async () => {
  world = await createWorld()
  const owner = await world.aUser()
  whole = await world.aWorkspace({ owner, name: 'Whole' })
  broken = await world.aWorkspace({ owner, name: 'Broken' })
  deleted = await world.aWorkspace({ owner, name: 'Deleted' })
  for (const { id } of [whole, broken]) for (const name of ['One', 'Two', 'Three']) await world.workspace.updateWorkspace(owner, { workspace_id: id, name })
  await world.workspace.deleteWorkspace(owner, deleted.id)
  await world.db.updateTable('workspace_audit').set({ details: '{}' }).where('workspace_id', '=', broken.id).where('number', '=', 2).execute()
})
afterAll(() => world.close())

const verify = (...args: string[]) => runCommand(world.databaseUrl, ['audit', 'verify', ...args])

describe('audit verify', () => {
  it('says of every workspace whether its log is what was written, names the first entry that is not, and ends with 1', async () => {
    const { code, stdout, stderr } = await verify()
    expect(code).toBe(1)
    expect(stdout.trim().split('\n')).toEqual([
      `BROKEN  broken ${broken.id}: entry 2: it was changed. 1 before it are good.`,
      expect.stringMatching(new RegExp(`^good    deleted \\(deleted\\) ${deleted.id}: 1 entries, the last one [0-9a-f]{64}$`)),
      expect.stringMatching(new RegExp(`^good    whole ${whole.id}: 3 entries, the last one [0-9a-f]{64}$`)),
    ])
    expect(stderr.trim()).toBe('1 of 3 audit logs is not what was written.')
  })

  it.each([['slug', () => whole.slug], ['name', () => 'three'], ['id', () => whole.id]])('ends with 0 when the one that is asked for by %s is whole', async (what, wanted) => {
    const { code, stdout } = await verify('--workspace', wanted())
    // Both are called Three by now.
    expect(code).toBe(what === 'name' ? 1 : 0)
    expect(stdout).toContain(`good    whole ${whole.id}: 3 entries`)
  })

  it('ends with 2 when there is no such workspace', async () => {
    expect(await verify('--workspace', 'nowhere')).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('There is no workspace nowhere.') })
  })
})
