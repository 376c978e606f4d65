// Messages posted over HTTP, each person as fast as they are answered.
//   k6 run -e VUS=16 -e SECONDS=10 tests/load/k6/posting-test.js
import http from 'k6/http'
import { check } from 'k6'
import { aChannelOfPeople, API_URL, authorized, newClientMsgId, tokenOf } from './afrochat.js'

export const options = {
  vus: Number(__ENV.VUS ?? 16),
  duration: `${Number(__ENV.SECONDS ?? 10)}s`,
  thresholds: { checks: ['rate==1'], 'http_req_duration{name:post}': ['p(99)<500'] },
}

export const setup = aChannelOfPeople

export default function (place) {
  const body = JSON.stringify({ content: 'The quick brown fox jumps over the lazy dog. '.repeat(4), client_msg_id: newClientMsgId() })
  const answer = http.post(`${API_URL}/channels/${place.channelId}/messages`, body, { ...authorized(tokenOf(place)), tags: { name: 'post' } })
  check(answer, { 'a post is answered 201': ({ status }) => status === 201 })
}
