import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '@afrochat/logger'
import type { CatchUp } from './catch-up.ts'
import { createGate } from './gate.ts'
import type { Hub } from './hub.ts'
import type { Member } from './member.ts'
import type { Memberships } from './memberships.ts'

export interface StartingAnewDeps {
  readonly hub: Hub
  readonly memberships: Memberships
  readonly catchUp: CatchUp
  readonly logger: Logger
}

const READERS = 8
const RETRY_MS = 1_000

/**
 * What the gateway knows of memberships is void: the log began a new life. Nobody gets anything until their memberships
 * have been read again; then every connection is told to read its state anew, and goes on from there.
 */
export function createStartAnew({ hub, memberships, catchUp, logger }: StartingAnewDeps): () => void {
  const gate = createGate(READERS)

  return () => {
    for (const member of hub.members) {
      hub.unload(member)
      void gate(() => reload(member))
    }
  }

  async function reload(member: Member): Promise<void> {
    while (member.subscribers.size > 0) {
      try {
        await memberships.load(member)
        const told = [...member.subscribers].filter(({ mustStartOver }) => mustStartOver)
        await Promise.all(told.map((subscriber) => catchUp.startOver(subscriber)))
        return
      } catch (error) {
        logger.warn({ err: error, user_id: member.userId }, 'memberships cannot be read; trying again')
        await delay(RETRY_MS)
      }
    }
  }
}
