import { routeCatalogue, type ErrorBody, type RouteDefinition, type RouteName } from '@afrochat/contracts'
import { newId } from '@afrochat/kernel'
import type { Stage } from './stage.ts'
import type { Attempt, Case, Request } from './requests/request.ts'

/** What came back, whatever the door. */
export interface Answer {
  readonly status: number
  /** Parsed; undefined where there is none. */
  readonly body: unknown
}

export const isOperation = (name: string): name is RouteName => Object.hasOwn(routeCatalogue, name)

export function routeOf(operation: string): RouteDefinition {
  if (!isOperation(operation)) throw new Error(`There is no operation ${operation}`)
  return routeCatalogue[operation]
}

/** Of several, the innermost object is what a path is about: who may know of it may know of what it is in. */
const OBJECTS = ['message_id', 'channel_id', 'workspace_id']

/** The parameter of the path that names what is asked for. */
export function objectParamOf({ params }: RouteDefinition, { hides }: Case): string | undefined {
  if (hides !== undefined) return hides
  const names = Object.keys(params?.properties ?? {})
  return OBJECTS.find((name) => names.includes(name))
}

/** The request of a case with all its parameters, those too that follow from their names. */
export function requestOf(route: RouteDefinition, tried: Case, attempt: Attempt): Request {
  const { params = {}, ...rest } = tried.request?.(attempt) ?? {}
  const object = objectParamOf(route, tried)
  const complete = Object.keys(route.params?.properties ?? {}).map((name) => [name, params[name] ?? defaultOf(name, name === object, attempt)] as const)
  return { ...rest, params: Object.fromEntries(complete) }
}

function defaultOf(name: string, isObject: boolean, { object, thing, scene }: Attempt): string {
  if (isObject && object === 'random') return newId()
  const thingName = name.replace(/_id$/, '')
  if (isObject && object === 'of another workspace') return scene.id(`${thingName} of another workspace`)
  return name === 'workspace_id' ? scene.id('workspace') : thing(thingName)
}

/** The same request about something that does not exist. */
export function aboutNothing(route: RouteDefinition, tried: Case, request: Request): Request {
  const object = objectParamOf(route, tried)
  return object === undefined ? request : { ...request, params: { ...request.params, [object]: newId() } }
}

export async function callApi({ api }: Stage, route: RouteDefinition, request: Request & { readonly token: string | null }): Promise<Answer> {
  const { params = {}, query, body, token } = request
  const path = route.path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  const search = query === undefined ? '' : `?${new URLSearchParams(query).toString()}`
  const answer = await api.call(route.method, `/api/v1${path}${search}`, {
    ...(token !== null && { as: { access_token: token } }), ...sending(body),
  })
  const isJson = answer.headers['content-type']?.toString().startsWith('application/json') === true
  return { status: answer.statusCode, body: isJson ? answer.json<unknown>() : undefined }
}

/** Bytes go as the picture that they are, everything else as JSON. */
export const sending = (body: unknown) => ({
  ...(body !== undefined && { body }), ...(Buffer.isBuffer(body) && { headers: { 'content-type': 'image/png' } }),
})

/** What a refusal says, without what is different every time. */
export const saying = ({ body }: Answer): Omit<ErrorBody, 'request_id'> => {
  const { request_id: _, ...rest } = body as ErrorBody
  return rest
}
