import { reactivateAccount } from '@afrochat/auth'
import { createTransact } from '@afrochat/database'
import type { UserId } from '@afrochat/kernel'
import { callApi, createAttempt, requestOf, routeOf, type Answer, type Request, type Scene, type Stage } from '@afrochat/test-stage'

/** Something that was said in the place, and by whom. */
export interface Said {
  readonly id: string
  readonly by: string
}

/** Words that stand nowhere else: where they show, what was said there shows. */
export const BEFORE = 'said-before'
export const MEANWHILE = 'said-meanwhile'
export const AFTER = 'said-afterwards'

/** Acts in one scene, as its people. */
export class Hands {
  readonly scene: Scene
  readonly #stage: Stage
  readonly #said: Said[] = []

  constructor(stage: Stage, scene: Scene) {
    this.#stage = stage
    this.scene = scene
  }

  id(name: string): string {
    return this.scene.id(name)
  }

  person(name: string): string {
    return this.id(`user ${name}`)
  }

  get channelId(): string {
    return createAttempt(this.scene, 'MC', this.scene.place).thing('channel')
  }

  /** As somebody, whatever comes of it. Parameters that are left out are those of the place. */
  async try(name: string, operation: string, { params = {}, ...rest }: Request = {}): Promise<Answer> {
    const route = routeOf(operation)
    const attempt = createAttempt(this.scene, 'MC', this.scene.place)
    const known = { workspace_id: this.id('workspace'), channel_id: this.channelId, ...params }
    const request = requestOf(route, { request: () => ({ params: known, ...rest }) }, attempt)
    return callApi(this.#stage, route, { ...request, token: await this.scene.tokenOf(name) })
  }

  /** The same where it must be done. */
  async as(name: string, operation: string, params: Readonly<Record<string, string>> = {}, body?: unknown): Promise<Answer> {
    const answer = await this.try(name, operation, { params, ...(body !== undefined && { body }) })
    if (answer.status >= 400) throw new Error(`${name}: ${operation} was answered ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer
  }

  async say(by: string, content: string, where: object = {}, channelId = this.channelId): Promise<string> {
    const { body } = await this.as(by, 'sendMessage', { channel_id: channelId }, { content, ...where })
    return (body as { id: string }).id
  }

  /**
   * What there is to see before it happens: in the history, in a thread that this person follows, pinned, saved, quoted
   * in a channel that everybody reads, and in what the channel says of itself.
   */
  async sayBefore(whose: string, { isAboutMessages = false }: { isAboutMessages?: boolean | undefined }): Promise<void> {
    const isArchived = this.scene.place.startsWith('archived')
    if (isArchived) await this.as('CM', 'unarchiveChannel')
    const root = await this.say('PA', `${BEFORE} <@${this.person(whose)}>`)
    const reply = await this.say('PA', `${BEFORE} as a reply <@${this.person(whose)}>`, { thread_id: root })
    for (const id of [root, reply]) this.#said.push({ id, by: 'PA' })
    await this.as('PA', 'pinMessage', { message_id: root })
    await this.try(whose, 'saveMessage', { params: { message_id: root } })
    const { body } = await this.as('PA', 'getPermalink', { message_id: root })
    this.#quoting = await this.say('PA', (body as { permalink: string }).permalink, {}, this.id('channel default'))
    if (!this.scene.place.endsWith('dm') && !isAboutMessages) await this.as('CM', 'updateChannel', {}, { topic: BEFORE })
    if (isArchived) await this.as('CM', 'archiveChannel')
  }
  #quoting = ''

  /** As whoever runs the installation. */
  async reactivate(name: string): Promise<void> {
    const transact = createTransact({ db: this.#stage.api.services.db, shards: 1, publish: () => undefined })
    await reactivateAccount({ transact }, { userId: null, requestId: null }, this.person(name) as UserId)
  }

  sayMeanwhile(): Promise<string> {
    return this.say('PA', MEANWHILE)
  }

  eachOfWhatWasSaid(act: (said: Said) => Promise<unknown>): Promise<unknown> {
    return this.#said.reduceRight<Promise<unknown>>((done, said) => done.then(() => act(said)), Promise.resolve())
  }

  get messageIds(): string[] {
    return [...this.#said.map(({ id }) => id), this.#quoting]
  }
}
