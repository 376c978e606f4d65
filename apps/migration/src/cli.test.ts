import { describe, expect, it } from '@jest/globals'
import { run } from './cli.ts'

describe('the command line', () => {
  it.each([[[]], [['help']], [['--help']], [['-h']]])('lists its commands after %j', async (args) => {
    const { code, said } = await typed(args)
    expect(code).toBe(0)
    for (const name of ['up', 'down', 'status', 'create', 'seed', 'import slack', 'account deactivate']) expect(said).toContain(`\n  ${name}`)
  })

  it.each([
    [['nonsense'], /no command "nonsense"/],
    [['constructor'], /no command "constructor"/],
    [['up', '--bogus'], /--bogus[^]*Usage: up/],
    [['up', 'surplus'], /surplus[^]*Usage: up/],
    [['create'], /Usage: create <name>/],
    [['create', '../x'], /named with letters[^]*Usage: create/],
    [['account'], /deactivate or reactivate[^]*Usage: account/],
    [['account', 'delete', 'ada'], /deactivate or reactivate/],
    [['account', 'deactivate'], /username of one account/],
    [['account', 'deactivate', 'ada', 'bob'], /username of one account/],
    [['import'], /Known is: slack[^]*Usage: import slack/],
    [['import', 'mattermost', 'x.zip', '--workspace', 'x'], /Known is: slack/],
    [['import', 'slack', '--workspace', 'x'], /path of one export/],
    [['import', 'slack', 'x.zip', 'y.zip', '--workspace', 'x'], /path of one export/],
    [['import', 'slack', 'x.zip'], /--workspace/],
    [['import', 'slack', 'x.zip', '--workspace'], /--workspace/],
    [['import', 'slack', 'x.zip', '--workspace', 'x', '--max-gib', 'lots'], /--max-gib is a number/],
    [['recount', 'everything'], /everything[^]*Usage: recount/],
    [['audit'], /Known is: verify[^]*Usage: audit verify/],
    [['audit', 'mend'], /Known is: verify/],
    [['audit', 'verify', 'x'], /Known is: verify/],
    [['audit', 'verify', '--workspace'], /--workspace/],
  ])('does nothing and explains itself after %j', async (args, message) => {
    const { code, said, complained } = await typed(args)
    expect({ code, said }).toEqual({ code: 2, said: '' })
    expect(complained).toMatch(message)
  })
})

async function typed(args: readonly string[]) {
  const said: string[] = []
  const complained: string[] = []
  const code = await run(args, { say: (line) => void said.push(line), complain: (line) => void complained.push(line), progress: () => undefined })
  return { code, said: said.join('\n'), complained: complained.join('\n') }
}
