// The newest page of a channel, and the page before it.
//   k6 run -e VUS=16 -e SECONDS=10 tests/load/k6/history-test.js
import http from 'k6/http'
import { check } from 'k6'
import { aChannelOfPeople, API_URL, authorized, newClientMsgId, tokenOf } from './afrochat.js'

const MESSAGES = 200
const PAGE = 50

export const options = {
  vus: Number(__ENV.VUS ?? 16),
  duration: `${Number(__ENV.SECONDS ?? 10)}s`,
  thresholds: {
    checks: ['rate==1'],
    'http_req_duration{name:newest page}': ['p(99)<500'],
    'http_req_duration{name:page before}': ['p(99)<500'],
  },
}

export function setup() {
  const place = aChannelOfPeople()
  for (let index = 0; index < MESSAGES; index += 1) {
    const body = JSON.stringify({ content: `Message ${index} of a channel that has some history.`, client_msg_id: newClientMsgId() })
    http.post(`${API_URL}/channels/${place.channelId}/messages`, body, authorized(place.tokens[index % place.tokens.length]))
  }
  return place
}

export default function (place) {
  const newest = page(place, '', 'newest page')
  page(place, `&before=${newest.items.at(-1)?.seq ?? ''}`, 'page before')
}

function page(place, from, name) {
  const answer = http.get(`${API_URL}/channels/${place.channelId}/messages?limit=${PAGE}${from}`, { ...authorized(tokenOf(place)), tags: { name } })
  check(answer, { 'a page is answered 200 and is full': ({ status }) => status === 200 && answer.json('items').length === PAGE })
  return answer.json()
}
