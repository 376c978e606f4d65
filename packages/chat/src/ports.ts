import type { UserId } from '@afrochat/kernel'

/** Who is there at this moment. */
export interface Presence {
  /**
   * Those of these people who are connected now, give or take a heartbeat. Never throws: where nobody knows, nobody is
   * there, for a mention that did not count is forgiven sooner than one that wakes everybody.
   */
  activeAmong(userIds: readonly UserId[]): Promise<ReadonlySet<UserId>>
}

/** A page of the web that answered. */
export interface WebPage {
  /** Where it was found in the end. */
  readonly url: string
  readonly contentType: string
  /** As it comes, within bounds. Reading less is fine. */
  readonly body: AsyncIterable<Uint8Array>
}

/** The public web, for links that people write: never anything else, wherever a link leads. */
export interface WebPages {
  /** What `read` makes of the page; undefined for all that goes wrong, in a few seconds at most. */
  visit<T>(url: string, read: (page: WebPage) => Promise<T>): Promise<T | undefined>
  /** Whether a URL, as far as one can tell by looking at it, is of the public web. */
  mayPointTo(url: string): boolean
}
