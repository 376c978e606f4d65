import { retold, type Scene, type SceneFacts, type Stage } from '@afrochat/test-stage'
import { look, type View } from './view.ts'

interface Looker {
  readonly name: string
  readonly channelId: string
}

/**
 * What people read in scenes in which nothing has been done yet. Those with the same facts are copies of one another, so it
 * is read in the first of them, and retold with the names of the others.
 */
export class FirstLooks {
  readonly #stage: Stage
  readonly #seen = new Map<string, { readonly scene: Scene; readonly view: Promise<View> }>()

  constructor(stage: Stage) {
    this.#stage = stage
  }

  async look(scene: Scene, facts: SceneFacts, looker: Looker): Promise<View> {
    const { name, channelId } = looker
    const key = JSON.stringify([facts, name, retold(channelId, { from: scene.number, to: 0 })])
    const seen = this.#seen.get(key) ?? { scene, view: look(this.#stage, scene, looker) }
    this.#seen.set(key, seen)
    const view = await seen.view
    return retoldDeep(view, (text) => retold(text, { from: seen.scene.number, to: scene.number }))
  }
}

function retoldDeep<T>(value: T, tell: (text: string) => string): T {
  const deep = (part: unknown): unknown => {
    if (typeof part === 'string') return tell(part)
    if (Array.isArray(part)) return part.map(deep)
    if (part instanceof Set) return new Set([...part].map(deep))
    if (part instanceof Map) return new Map([...part].map(([key, item]) => [deep(key), deep(item)]))
    if (typeof part !== 'object' || part === null) return part
    return Object.fromEntries(Object.entries(part).map(([key, item]) => [tell(key), deep(item)]))
  }
  // The same form, with other names in it.
  return deep(value) as T
}
