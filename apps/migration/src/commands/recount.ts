import { parseArgs } from 'node:util'
import { recountMessages } from '@afrochat/chat'
import type { Db } from '@afrochat/database'
import type { ChannelId } from '@afrochat/kernel'
import { recountChannel, type Drift } from '@afrochat/workspace'
import { CommandFailed, type Command, type Terminal } from '../command.ts'
import { withDomains, type Connected } from '../connect-domains.ts'
import { adminOrigin } from '../on-behalf-of.ts'

export const recount: Command = {
  usage: 'recount [--mend]',
  summary: 'Compare stored counts with what they follow from, channel by channel; say what has drifted, and mend it on demand.',
  async run(args, context) {
    const { values: { mend } } = parseArgs({ args: [...args], options: { mend: { type: 'boolean', default: false } } })
    const { channels, drifts } = await withDomains(context, (connected) => recountAll(connected, context.terminal, mend))
    if (drifts === 0) return context.terminal.say(`${channels} channels, and everything agrees.`)
    if (mend) return context.terminal.say(`${channels} channels; ${drifts} mended.`)
    throw new CommandFailed(`${channels} channels; ${drifts} drifted. Run it with --mend to correct them.`)
  },
}

/** Channels go one by one, each in a transaction of its own: nobody who writes waits for longer than one takes. */
async function recountAll({ db, transact }: Connected, terminal: Terminal, mend: boolean): Promise<{ channels: number; drifts: number }> {
  let [channels, drifts] = [0, 0]
  for await (const id of channelIds(db)) {
    const found = await transact(adminOrigin, async (uow) =>
      [...await recountChannel(uow, id, { mend }), ...await recountMessages(uow, id, { mend })])
    for (const drift of found) terminal.say(lineOf(id, drift, mend))
    channels += 1
    drifts += found.length
    terminal.progress(`${channels} channels`)
  }
  terminal.progress(undefined)
  return { channels, drifts }
}

const lineOf = (id: ChannelId, { what, stored, actual }: Drift, mend: boolean) => `${mend ? 'mended' : 'drift '}  ${id}  ${what}: ${stored}, should be ${actual}`

const PAGE = 500

/** Those whose content is being removed are left out: that job changes the rows from under it. */
async function* channelIds(db: Db): AsyncGenerator<ChannelId> {
  let after: ChannelId | undefined
  do {
    const page = await db.selectFrom('channels').select('id').where('deleted_at', 'is', null)
      .$if(after !== undefined, (query) => query.where('id', '>', after ?? null)).orderBy('id').limit(PAGE).execute()
    for (const { id } of page) yield id
    after = page.length === PAGE ? page.at(-1)?.id : undefined
  } while (after !== undefined)
}
