import { join } from 'node:path'
import { answersPing, redisBinary, startRedis, ServiceError } from '../services/index.ts'
import { say, step } from '../toolchain/say.mjs'
import { HOME } from '../toolchain/toolchain.mjs'
import { dockerAnswers, startDockerRedis } from './docker-redis.ts'
import { installRedis } from './install-redis.ts'
import type { Found } from './postgres-plan.ts'

/** Where Redis comes from. */
export type RedisPlan = { from: 'url'; url: string } | { from: 'path'; binary: string } | { from: 'docker' }

const DIR = join(HOME, 'data', 'redis')
const LOG = join(HOME, 'logs', 'redis.log')

/**
 * Finds a Redis: the one of REDIS_URL, else a program on PATH, else Docker, else the system's package manager, after
 * asking (`yes`: without).
 */
export async function planRedis(settings: Record<string, string>, { yes }: { yes: boolean }): Promise<RedisPlan> {
  const url = settings['REDIS_URL']
  if (url !== undefined) return { from: 'url', url }
  const binary = redisBinary()
  if (binary !== undefined) return { from: 'path', binary }
  say('· There is no redis-server or valkey-server on PATH: looking for Docker')
  if (await dockerAnswers()) return { from: 'docker' }
  await installRedis({ yes })
  const installed = redisBinary()
  if (installed !== undefined) return { from: 'path', binary: installed }
  throw new ServiceError('Redis was installed, but there is still no redis-server 6.2 or newer on PATH: install one by hand, or set REDIS_URL.')
}

/** Starts or checks what was found. */
export async function openRedis(plan: RedisPlan): Promise<Found> {
  switch (plan.from) {
    case 'url':
      return step('Using the Redis of REDIS_URL', () => checked(plan.url))
    case 'path': {
      const own = await step(`Starting Redis (${plan.binary})`, () => startRedis({ dir: DIR, binary: plan.binary, keep: true, logFile: LOG }))
      return { url: own.url, own }
    }
    case 'docker': {
      const own = await step('Starting Redis (in Docker)', () => startDockerRedis(LOG))
      return { url: own.url, own }
    }
  }
}

async function checked(url: string): Promise<Found> {
  const { hostname, port, username, password } = URL.parse(url) ?? {}
  // What speaks TLS, and a cluster, is left to the services themselves to find.
  if (/^(rediss|rediss?\+cluster):/.test(url)) return { url }
  const answers = hostname && (await answersPing({ host: hostname, port: Number(port || 6379), username: username ?? '', password: password ?? '' }))
  if (answers) return { url }
  throw new ServiceError(
    `REDIS_URL points to ${hostname ?? 'an unreadable address'}, where no Redis answers or the password is not right: mend it, or unset it and Redis is brought along.`,
  )
}
