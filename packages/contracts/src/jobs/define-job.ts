import type { Static, TObject } from 'typebox'

/** Jobs of one queue wait for each other, those of different queues never do. How many of each one worker runs at once. */
export const jobQueues = {
  /** Wait for the servers of other people, up to their time limit. */
  previews: { concurrency: 8 },
  /** What people asked for at a time of their choosing: many ask for nine o'clock. */
  planned: { concurrency: 8 },
  /** As many as the mail server is asked for connections. */
  mail: { concurrency: 4 },
  /** Bulk work, one thing after the other: it shares the locks of the log with everybody. */
  purge: { concurrency: 1 },
} as const
export type QueueName = keyof typeof jobQueues

/** Work that is done later, once in effect, by whichever worker is free. */
export interface JobDefinition<N extends string = string, S extends TObject = TObject> {
  readonly name: N
  readonly queue: QueueName
  /** Ids and small facts, never entities: the handler reads what is true when it runs. */
  readonly payload: S
  /** How often it is tried, the first time included, before it counts as failed. */
  readonly attempts: number
  /** The pause after the first failure; doubled after each further one. */
  readonly backoffMs: number
}

export const defineJob = <const N extends string, S extends TObject>(job: JobDefinition<N, S>): JobDefinition<N, S> => job

export type PayloadOf<J> = J extends JobDefinition<string, infer S> ? Static<S> : never
