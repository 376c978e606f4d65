import { parseArgs } from 'node:util'
import { deactivateAccount, findAccountByUsername, reactivateAccount } from '@afrochat/auth'
import { UsageError, type Command } from '../command.ts'
import { withDomains } from '../connect-domains.ts'
import { adminOrigin } from '../on-behalf-of.ts'

export const account: Command = {
  usage: 'account deactivate|reactivate <username>',
  summary: 'End somebody\'s account and all their sessions, or let them sign in again. What they said stays. Twice changes nothing.',
  async run(args, context) {
    const { positionals: [what, username, ...rest] } = parseArgs({ args: [...args], options: {}, allowPositionals: true })
    if (what !== 'deactivate' && what !== 'reactivate') throw new UsageError('Say what to do with the account: deactivate or reactivate.')
    if (username === undefined || rest.length > 0) throw new UsageError('Give the username of one account.')

    await withDomains(context, async (connected) => {
      const found = await findAccountByUsername(connected.db, username)
      if (found === undefined) throw new UsageError(`There is no account ${username}.`)
      if (what === 'deactivate') await deactivateAccount(connected, adminOrigin, found.id)
      else await reactivateAccount(connected, adminOrigin, found.id)
      context.terminal.say(outcome(what, found))
    })
  },
}

function outcome(what: 'deactivate' | 'reactivate', { username, status }: { username: string; status: 'active' | 'deactivated' }): string {
  if (what === 'deactivate') {
    return status === 'deactivated' ? `${username} is deactivated already.` : `${username} is deactivated: signed out everywhere, and in no workspace any more.`
  }
  return status === 'active' ? `${username} is active already.` : `${username} can sign in again. Invites, or the admins of their workspaces, bring them back there.`
}
