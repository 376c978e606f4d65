import type { WorkspaceId } from '@afrochat/kernel'
import { afterAsking, bootOf, startCounting, takeSeat, withoutCursor } from './boot-replay.ts'
import { applyToBoot, type BootState, type ClientState } from './boot-state.ts'
import type { ChatWorld } from './chat-world.ts'
import { receives } from './receives.ts'
import type { TestUser } from './world.ts'

/** A client that boots once and lives by events from then on, asking only for what they do not say. */
export class LongClient {
  readonly viewer: TestUser
  readonly #world: ChatWorld
  readonly #workspaceId: WorkspaceId
  readonly #connection: Parameters<typeof receives>[0]
  #state: ClientState
  #pos: number

  static async open(world: ChatWorld, { viewer, workspaceId }: { viewer: TestUser; workspaceId: WorkspaceId }): Promise<LongClient> {
    const { before, connection, from } = await takeSeat(world, { name: '', viewer, workspaceId })
    if (before === undefined) throw new Error('They are not in the workspace')
    return new LongClient(world, { viewer, workspaceId, connection, state: before, pos: from })
  }

  private constructor(
    world: ChatWorld,
    from: { viewer: TestUser; workspaceId: WorkspaceId; connection: Parameters<typeof receives>[0]; state: ClientState; pos: number },
  ) {
    this.#world = world
    this.viewer = from.viewer
    this.#workspaceId = from.workspaceId
    this.#connection = from.connection
    this.#state = from.state
    this.#pos = from.pos
  }

  /** What it knows after all that has happened, and what a first screen says. `@here` was for it if it is connected now. */
  async catchUp(): Promise<{ known: BootState; truth: BootState }> {
    const events = this.#world.events.filter(({ pos }) => pos > this.#pos)
    this.#pos = events.at(-1)?.pos ?? this.#pos
    const start = { ...this.#state, isConnected: this.#world.active.has(this.viewer.userId) }
    // Its connection is one for all workspaces, its first screen is of one.
    const received = events.filter((event) => receives(this.#connection, event))
      .filter(({ workspace_id }) => workspace_id === null || workspace_id === this.#workspaceId)
    const state = received.reduce<ClientState>(applyToBoot, start)
    const boot = await bootOf(this.#world, this.viewer, this.#workspaceId)
    if (boot === undefined) throw new Error('They are not in the workspace any more')
    const counting = await startCounting(this.#world, { viewer: this.viewer, workspaceId: this.#workspaceId })
    // Which threads it follows it asks only where it has to; what it works out for itself must stay right.
    const followed = state.unsure.threads ? counting.followed : state.followed
    const known = afterAsking({ ...state, followed, unsure: { ...state.unsure, threads: false } }, boot)
    this.#state = { ...known, ...counting, followed }
    return { known, truth: withoutCursor(boot) }
  }
}
