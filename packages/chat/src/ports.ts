import type { UserId } from '@afrochat/kernel'

/** Who is there at this moment. */
export interface Presence {
  /**
   * Those of these people who are connected now, give or take a heartbeat. Never throws: where nobody knows, nobody is
   * there, for a mention that did not count is forgiven sooner than one that wakes everybody.
   */
  activeAmong(userIds: readonly UserId[]): Promise<ReadonlySet<UserId>>
}
