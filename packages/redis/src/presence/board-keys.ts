/** What somebody who is here does, as far as their devices say. Who is not here is in no share. */
export type HereState = 'away' | 'active'

/** Scores in a share: the higher wins where several gateways know somebody. */
export const SCORES: Readonly<Record<HereState, number>> = { away: 1, active: 2 }

/** In one hash slot, so that one script may read all of it. */
const PREFIX = '{afrochat:presence}'
/** Gateways by when their share ends, should they not hold it any longer: milliseconds by the clock of Redis. */
export const GATEWAYS_KEY = `${PREFIX}:gateways`
/** Since when the board is kept. After Redis lost everything that is not long ago, and not everybody is on it yet. */
export const SINCE_KEY = `${PREFIX}:since`
const SHARE_PREFIX = `${PREFIX}:of:`
/** The users of one gateway, by `SCORES`; and which version of its list this is, under a name that no user has. */
export const shareKey = (gateway: string): string => `${SHARE_PREFIX}${gateway}`

/** By the clock of Redis alone: those of the gateways and of the api may differ by minutes. */
export const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`

/** KEYS: gateways, since. ARGV: for how long a new board counts as incomplete, then users. Answer: complete?, and a digit for each user. */
export const READ = `${NOW}
local since = tonumber(redis.call('GET', KEYS[2]) or '')
local complete = since ~= nil and now - since >= tonumber(ARGV[1])
local users = {}
for index = 2, #ARGV do users[index - 1] = ARGV[index] end
local found = {}
for index = 1, #users do found[index] = 0 end
for _, gateway in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], now, '+inf')) do
  local scores = redis.call('ZMSCORE', '${SHARE_PREFIX}' .. gateway, unpack(users))
  for index, score in ipairs(scores) do
    if score and tonumber(score) > found[index] then found[index] = tonumber(score) end
  end
end
for index = 1, #found do found[index] = string.format('%d', found[index]) end
return { complete and 1 or 0, table.concat(found) }
`

/**
 * KEYS: gateways, since, share. ARGV: gateway, lease, the version that the share should have ('': any, it is made anew),
 * then users and scores (0: gone). Answer: the new version, or an empty string where the share was another one.
 */
export const WRITE = `${NOW}
local version = redis.call('ZSCORE', KEYS[3], '')
if ARGV[3] == '' then redis.call('DEL', KEYS[3]) elseif version ~= ARGV[3] then return '' end
redis.call('SET', KEYS[2], now, 'NX')
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
for index = 4, #ARGV, 2 do
  if ARGV[index + 1] == '0' then redis.call('ZREM', KEYS[3], ARGV[index])
  else redis.call('ZADD', KEYS[3], ARGV[index + 1], ARGV[index]) end
end
-- Later than any that there was: one of an older copy of Redis is never taken for this one.
redis.call('ZADD', KEYS[3], math.max(now, tonumber(version or '0') + 1), '')
redis.call('PEXPIRE', KEYS[3], ARGV[2])
return redis.call('ZSCORE', KEYS[3], '')
`

/** KEYS: gateways, since, share. ARGV: gateway, lease. Answer: the version of the share, then the gateways that hold one. */
export const RENEW = `${NOW}
redis.call('SET', KEYS[2], now, 'NX')
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. now)
redis.call('PEXPIRE', KEYS[3], ARGV[2])
local answer = redis.call('ZRANGE', KEYS[1], 0, -1)
table.insert(answer, 1, redis.call('ZSCORE', KEYS[3], '') or '')
return answer
`
