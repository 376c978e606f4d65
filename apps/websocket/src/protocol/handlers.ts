import type { AccessFacts } from '@afrochat/auth'
import type { Answer, ClientFrameData, ClientFrameType, Message, ReadMark, SendNotice } from '@afrochat/contracts'
import type { Actor } from '@afrochat/kernel'
import type { CatchUp } from '../hub/catch-up.ts'
import type { Subscriber } from '../hub/subscriber.ts'
import { otherIdentity, rateLimited } from './protocol-errors.ts'
import { createTyping, type TypingDeps } from './typing.ts'
import type { Presence } from '../presence/presence.ts'

/** Who sent the frame. */
export interface CommandContext {
  readonly actor: Actor
  readonly subscriber: Subscriber
  /** Lets the connection live as long as this token of the same session. */
  readonly prolong: (facts: AccessFacts) => void
}

/** What the commands need from the domains. */
export interface CommandDeps extends TypingDeps {
  readonly catchUp: CatchUp
  readonly presence: Pick<Presence, 'report' | 'watch'>
  readonly authenticate: (token: string) => AccessFacts | Promise<AccessFacts>
  readonly sendMessage: (actor: Actor, input: ClientFrameData<'send_message'>) => Promise<{ readonly message: Message; readonly notices: readonly SendNotice[] }>
  readonly markChannelRead: (actor: Actor, input: ClientFrameData<'mark_read'>) => Promise<ReadMark>
  /** Counts a message of this user, over HTTP and sockets together; null: no limit. */
  readonly countPost: ((userId: string) => Promise<{ readonly isOver: boolean; readonly resetSeconds: number }>) | null
}

/** One for each type of the catalogue: one that is missing does not compile. What it gives back is the `data` of the ack. */
export type Handlers = {
  readonly [T in ClientFrameType]: (context: CommandContext, data: ClientFrameData<T>) => Promise<Answer<T>>
}

export function createHandlers(deps: CommandDeps): Handlers {
  const { catchUp, presence, sendMessage, markChannelRead } = deps
  return {
    authenticate: (context, { token }) => authenticateAgain(deps, context, token),
    resume: async ({ subscriber }, { cursor }) => ({ complete: (await catchUp.resume(subscriber, cursor)) === 'complete' }),
    ping: async () => ({}),
    typing: createTyping(deps),
    async presence({ subscriber }, { presence: said }) {
      presence.report(subscriber, said)
      return {}
    },
    watch_presence: ({ subscriber }, { user_ids }) => presence.watch(subscriber, user_ids),
    async send_message({ actor }, input) {
      await countPost(deps, actor)
      const { message, notices } = await sendMessage(actor, input)
      return { ...message, notices: [...notices] }
    },
    mark_read: ({ actor }, input) => markChannelRead(actor, input),
  }
}

/** A client with a fresh token of the same session keeps its connection beyond the old one's end. */
async function authenticateAgain({ authenticate }: CommandDeps, { actor, prolong }: CommandContext, token: string): Promise<object> {
  const facts = await authenticate(token)
  if (facts.userId !== actor.userId || facts.sessionId !== actor.sessionId) throw otherIdentity()
  prolong(facts)
  return {}
}

async function countPost({ countPost: count }: CommandDeps, { userId }: Actor): Promise<void> {
  const state = await count?.(userId)
  if (state?.isOver === true) throw rateLimited(state.resetSeconds)
}
