import { afterAll, expect, it } from '@jest/globals'
import { newId, type UserId } from '@afrochat/kernel'
import { createRedis } from '@afrochat/redis'
import { testRedisUrl, waitFor } from '@afrochat/test-support'
import { createInviteMailGuard } from './invite-mail-guard.ts'

const redis = createRedis({ url: testRedisUrl(), name: 'test', onError: () => undefined, silenceMs: 60_000 })
afterAll(() => redis.disconnect())

it('lets no invite be mailed while nothing can be counted, and says when to try again', async () => {
  await waitFor(() => redis.status === 'ready')
  const guard = createInviteMailGuard(redis, { inviteMail: { count: 5, seconds: 60 }, mailAddress: null })
  const mail = { userId: newId<UserId>(), email: 'ada@example.com' }
  await guard.admit(mail)
  redis.disconnect()
  await waitFor(() => redis.status === 'end')
  await expect(guard.admit(mail)).rejects.toMatchObject({ kind: 'unavailable', code: 'service_unavailable', retryAfterSeconds: 5 })
})

it('counts nothing, and needs no Redis, where both limits are off', async () => {
  const guard = createInviteMailGuard({}, { inviteMail: null, mailAddress: null })
  const mail = { userId: newId<UserId>(), email: 'ada@example.com' }
  await Promise.all(Array.from({ length: 100 }, () => guard.admit(mail)))
  await guard.giveBack(mail)
})
