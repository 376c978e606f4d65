import type { RouteDefinition } from '@afrochat/contracts'
import {
  aboutNothing, callApi, caseOf, createAttempt, isPlace, requestOf, routeOf, saying,
  type ActorCode, type Answer, type Attempt, type Case, type Request, type Scene, type SceneFacts, type Stage, type WriteLog, type Written,
} from '@afrochat/test-stage'
import { faultOfAudience, watch, type Audience, type Watching } from './audience.ts'
import type { Expectation } from './expectation.ts'
import { faultOf } from './payload-check.ts'

/** Tries what rows of the table say, and tells in the table's own words what happened. */
export interface Judge {
  rowOf(expectation: Expectation): Promise<Partial<Record<ActorCode, string>>>
  cellOf(expectation: Expectation, actor: ActorCode): Promise<string>
}

/** Where a refusal leaves a note. It is in nobody's way: the world is unchanged but for that. */
const NOTES = 'workspace_audit'

interface Trial {
  readonly route: RouteDefinition
  readonly tried: Case
  readonly attempt: Attempt
  readonly request: Request
  readonly token: string | null
}

export function createJudge({ stage, log, audience }: { stage: Stage; log: WriteLog; audience: Audience }): Judge {
  /** Scenes in which nothing has been changed, by what they are. */
  const unchanged = new Map<string, Scene>()

  async function unchangedScene(facts: SceneFacts): Promise<Scene> {
    const key = JSON.stringify(facts)
    const scene = unchanged.get(key) ?? await stage.scene(facts)
    unchanged.set(key, scene)
    return scene
  }

  async function cellOf({ operation, object, settings, cells }: Expectation, actor: ActorCode): Promise<string> {
    const route = routeOf(operation)
    const tried = caseOf(operation, object)
    const facts = { place: tried.place ?? (isPlace(object) ? object : 'public'), settings, ...(tried.channelIs && { channelIs: tried.channelIs }) }
    // Whoever may change something gets a world of their own to do it in.
    const mayChange = (tried.isTwice === true || ['A', 'N'].includes(cells[actor] ?? '')) && route.method !== 'GET'
    const scene = mayChange ? await stage.scene(facts) : await unchangedScene(facts)
    const attempt = createAttempt(scene, actor, object)
    const trial = { route, tried, attempt, request: requestOf(route, tried, attempt), token: actor === 'AN' ? null : await scene.tokenOf(scene.nameOf(actor)) }
    const watching = mayChange ? await watch(stage, scene) : undefined

    if (tried.isTwice === true) await callApi(stage, route, { ...trial.request, token: trial.token }).then(() => log.take())
    const answer = await callApi(stage, route, { ...trial.request, token: trial.token })
    const written = await log.take()
    if (!mayChange && written.some(({ table }) => table !== NOTES)) unchanged.delete(JSON.stringify(facts))
    return answer.status >= 400 ? refused(trial, answer, { written, expected: cells[actor] }) : done(trial, answer, { written, watching })
  }

  async function refused(trial: Trial, answer: Answer, { written, expected }: { written: readonly Written[]; expected: string | undefined }): Promise<string> {
    const { code } = saying(answer)
    const word = `${answer.status}:${code}`
    // That somebody was refused who may know what they were refused is noted for admins, where it would have been an act of theirs.
    if (written.some(({ table }) => answer.status !== 403 || table !== NOTES)) return `${word}, but wrote ${tablesOf(written)}`
    if (answer.status === 401) return expected === '401' ? '401' : word
    return expected === '404' && (await isAsForNothing(trial, answer)) ? '404' : word
  }

  /** Whether this is the very answer that something gets which does not exist. */
  async function isAsForNothing({ route, tried, request, token }: Trial, answer: Answer): Promise<boolean> {
    const nothing = await callApi(stage, route, { ...aboutNothing(route, tried, request), token })
    return nothing.status === answer.status && JSON.stringify(saying(nothing)) === JSON.stringify(saying(answer))
  }

  function done(trial: Trial, answer: Answer, { written, watching }: { written: readonly Written[]; watching: Watching | undefined }): string {
    const { route, tried, attempt } = trial
    const schema = route.answers[answer.status]
    if (schema === undefined) return `${answer.status}, which is no answer of the operation`
    const fault = schema === null ? undefined : faultOf(schema, answer.body)
    if (fault !== undefined) return `A, but the answer ${fault}`
    const word = tried.shows === undefined || tried.shows(answer.body as never, attempt) ? 'A' : 'N'
    if (route.method === 'GET') return written.length === 0 ? word : `${word}, but wrote ${tablesOf(written)}`
    if (written.length === 0) return '='
    const misled = watching && faultOfAudience(audience, { trial: attempt, tried, written, watching })
    return misled === undefined ? word : `${word}, but ${misled}`
  }

  return {
    cellOf,
    async rowOf(expectation) {
      const row: Partial<Record<ActorCode, string>> = {}
      for (const actor of Object.keys(expectation.cells) as ActorCode[]) row[actor] = await cellOf(expectation, actor)
      return row
    },
  }
}

const tablesOf = (written: readonly Written[]): string => [...new Set(written.map(({ table }) => table))].join(', ')
