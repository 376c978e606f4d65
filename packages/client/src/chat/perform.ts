import type { Chat } from './chat.ts'
import type { Command } from './command.ts'
import { Mistake } from './mistake.ts'
import { helpLines } from './parse-command.ts'
import { channelActions } from './actions/channel-actions.ts'
import { messageActions } from './actions/message-actions.ts'
import { DONE, FAILED, QUIT, type Actions, type Outcome } from './actions/outcome.ts'
import { ownActions } from './actions/own-actions.ts'
import { plannedActions } from './actions/planned-actions.ts'

/** Does what a line asks for. Never throws: what went wrong is said on the screen. */
export async function perform(chat: Chat, command: Command): Promise<Outcome> {
  try {
    // Name and fields belong together in each member of the union, which a call through the table cannot express.
    const action = actions[command.name] as (chat: Chat, command: Command) => Promise<Outcome>
    return await action(chat, command)
  } catch (error) {
    chat.complain(error)
    return FAILED
  }
}

const actions: Actions = {
  ...channelActions,
  ...messageActions,
  ...ownActions,
  ...plannedActions,
  nothing: async () => DONE,
  mistake: async (_, { message }) => {
    throw new Mistake(message)
  },
  help: async ({ screen }) => {
    for (const line of helpLines()) screen.print(line)
    screen.print('Anything else is said in the open channel.')
    return DONE
  },
  quit: async () => QUIT,
  logout: async ({ client }) => {
    await client.logout({})
    return QUIT
  },
}
