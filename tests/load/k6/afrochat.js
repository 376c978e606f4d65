// What the scripts share: where the services are, and people who are in one channel.
import http from 'k6/http'
import { fail } from 'k6'

export const API_URL = `${__ENV.API_URL ?? 'http://127.0.0.1:8080'}/api/v1`
export const WS_URL = __ENV.WS_URL ?? 'ws://127.0.0.1:8081/ws'

/** Accounts; virtual users share them. Ten sockets a person are allowed by default. */
const PEOPLE = Number(__ENV.PEOPLE ?? 10)
const PASSWORD = 'correct horse battery'

/** A workspace with so many people, all of them in one public channel: `{ channelId, tokens }`. For `setup`. */
export function aChannelOfPeople() {
  const run = Date.now().toString(36)
  const tokens = Array.from({ length: PEOPLE }, (_, index) => register(`k6-${run}-${index}`))
  const [owner] = tokens
  const workspace = call('POST', '/workspaces', owner, { name: `k6 ${run}` })
  const invite = call('POST', `/workspaces/${workspace.id}/invites`, owner, { max_uses: PEOPLE })
  for (const token of tokens.slice(1)) call('POST', `/invites/${invite.token}/accept`, token)
  const channel = call('POST', `/workspaces/${workspace.id}/channels`, owner, { name: 'load', kind: 'public' })
  for (const token of tokens.slice(1)) call('POST', `/channels/${channel.id}/join`, token)
  return { channelId: channel.id, tokens }
}

/** The person of this virtual user. */
export const tokenOf = ({ tokens }) => tokens[(__VU - 1) % tokens.length]

export const authorized = (token) => ({ headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' } })

/** As a client makes it: its own for each message, the same for each attempt to send it. */
export const newClientMsgId = () =>
  'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, () => Math.floor(Math.random() * 16).toString(16))

function register(username) {
  const body = { email: `${username}@load.example`, username, password: PASSWORD, display_name: username }
  return call('POST', '/auth/register', undefined, body).access_token
}

/** A call without which there is nothing to measure. */
function call(method, path, token, body) {
  const params = token === undefined ? { headers: { 'Content-Type': 'application/json' } } : authorized(token)
  const answer = http.request(method, `${API_URL}${path}`, body === undefined ? null : JSON.stringify(body), params)
  if (answer.status === 429) fail(`${path} was answered 429: start the services with RATE_LIMIT_REGISTER=0 RATE_LIMIT_POST=0 RATE_LIMIT_GENERAL=0`)
  if (answer.status >= 300) fail(`${method} ${path} was answered ${answer.status}: ${answer.body}`)
  return answer.body ? answer.json() : undefined
}
