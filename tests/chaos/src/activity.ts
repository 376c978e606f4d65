import { setTimeout as delay } from 'node:timers/promises'
import { ApiError, type ChannelId } from '@afrochat/client'
import type { Send } from './check/history.ts'
import { pick } from './random.ts'
import { isUnknown, untilAnswered, type Person, type Town } from './town.ts'

export interface ActivityOptions {
  readonly town: Town
  readonly random: () => number
  readonly now: () => number
  /** Between two posts of a writer. */
  readonly pauseMs: number
  readonly content: string
}

/** Answers that say that a server is not well, and from when to when each answered post took. */
export interface Answers {
  readonly serverErrors: string[]
  readonly times: { readonly from: number; readonly to: number }[]
}

/** People post, join and leave until it is stopped. */
export class Activity {
  readonly sends: Send[] = []
  readonly answers: Answers = { serverErrors: [], times: [] }
  readonly #options: ActivityOptions
  readonly #work: Promise<unknown>
  readonly #counters = new Map<string, number>()
  #isOver = false

  constructor(options: ActivityOptions) {
    this.#options = options
    this.#work = Promise.all([...options.town.writers.map((writer) => this.#write(writer)), this.#churn()])
  }

  /** Everybody finishes what they are at. */
  async stop(): Promise<void> {
    this.#isOver = true
    await this.#work
  }

  async #write(writer: Person): Promise<void> {
    const { town, random, pauseMs } = this.#options
    const channels = [...town.publicChannels, ...town.privateChannels]
    while (!this.#isOver) {
      await this.post(writer, pick(random, channels))
      await delay(pauseMs)
    }
  }

  /** Somebody posts, and it is noted what came of it. */
  async post(person: Person, channelId: ChannelId): Promise<void> {
    this.sends.push(await this.#send(person, channelId))
  }

  /** Until it is answered, with the same id, by one api after the other. */
  async #send({ userId, clients }: Person, channelId: ChannelId): Promise<Send> {
    const { now, content } = this.#options
    const counter = (this.#counters.get(userId) ?? 0) + 1
    this.#counters.set(userId, counter)
    const clientMsgId = `m${counter}`
    const startedAt = now()
    const common = { userId, channelId, clientMsgId, counter, startedAt }
    try {
      const { id, seq } = await untilAnswered(clients, async (client) => {
        const from = now()
        const message = await client.sendMessage({ channel_id: channelId, content: `${counter} ${content}`, client_msg_id: clientMsgId }, { timeoutMs: 10_000 }).catch((error: unknown) => {
          if (error instanceof ApiError && error.status >= 500) this.answers.serverErrors.push(`${error.status} ${error.code}`)
          throw error
        })
        this.answers.times.push({ from, to: now() })
        return message
      }, 600)
      return { ...common, outcome: 'acknowledged', message: { id, seq } }
    } catch (error) {
      return { ...common, outcome: isUnknown(error) ? 'unknown' : 'refused', message: null }
    }
  }

  /** Joins and leaves public channels, is added to private ones and put out of them. */
  async #churn(): Promise<void> {
    const { town: { owner, churners, publicChannels, privateChannels }, random } = this.#options
    while (!this.#isOver) {
      const person = pick(random, churners)
      const [open, closed] = [{ channel_id: pick(random, publicChannels) }, { channel_id: pick(random, privateChannels) }]
      const acts: (() => Promise<unknown>)[] = [
        () => untilAnswered(person.clients, (client) => client.joinChannel(open)),
        () => untilAnswered(person.clients, (client) => client.leaveChannel(open)),
        () => untilAnswered(owner.clients, (client) => client.addChannelMembers({ ...closed, user_ids: [person.userId] })),
        () => untilAnswered(owner.clients, (client) => client.removeChannelMember({ ...closed, user_id: person.userId })),
      ]
      // Who is not in it cannot leave: that is an answer, too.
      await pick(random, acts)().catch((error: unknown) => {
        if (!(error instanceof ApiError)) throw error
      })
      await delay(50)
    }
  }
}
