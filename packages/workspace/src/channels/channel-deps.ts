import type { Transact } from '@afrochat/database'
import type { Conversation } from '../ports.ts'

/** For a change that is told in the channel as well. */
export interface ChannelDeps {
  readonly transact: Transact
  readonly conversation: Pick<Conversation, 'note'>
}
