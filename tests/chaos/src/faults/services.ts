import { setTimeout as delay } from 'node:timers/promises'
import { waitFor, type StackService } from '@afrochat/test-support'
import type { Violation } from '../check/history.ts'
import { pick } from '../random.ts'
import type { Arena, Fault } from '../run.ts'

/** Processes of ours that die, freeze and are replaced. */
export const serviceFaults: readonly Fault[] = [
  {
    id: 'F-01', name: 'a gateway is killed, and the other one, in turn',
    async inject({ stack, recorders }) {
      for (let round = 0; round < 4; round += 1) {
        await restart(stack.gateways[round % 2] as StackService, { downMs: 2_000 })
        await delay(5_000)
      }
      return `${endsOf(recorders)} connections were cut`
    },
    also: ({ recorders }) => [...returnsWithin(recorders, { share: 0.99, ms: 5_000 }), ...fewBeginAnew(recorders)],
  },
  {
    id: 'F-02', name: 'all gateways are killed, and started five seconds later', crowd: 1_000, pauseMs: 400,
    async inject({ stack, recorders, now }) {
      await delay(3_000)
      await Promise.all(stack.gateways.map((gateway) => gateway.kill()))
      await delay(5_000)
      await Promise.all(stack.gateways.map((gateway) => gateway.start()))
      const from = now()
      await waitFor(() => recorders.every(({ isLive }) => isLive), { timeoutMs: 60_000, message: 'all sockets to be back' })
      return `${endsOf(recorders)} connections were cut, and all back after ${((now() - from) / 1000).toFixed(1)} s`
    },
    also: ({ recorders }) => fewBeginAnew(recorders),
  },
  {
    id: 'F-03', name: 'an api is killed while it writes, eight times', pauseMs: 10,
    async inject({ stack, random }) {
      for (let round = 0; round < 8; round += 1) {
        await delay(500 + random() * 500)
        await restart(pick(random, stack.apis), { downMs: 200 })
      }
      return 'eight processes ended in the middle of their work'
    },
  },
  {
    id: 'F-04', name: 'the worker that keeps the log is frozen for 20 seconds, and thaws', pauseMs: 30,
    async inject({ stack }) {
      for (const worker of stack.workers) {
        await frozen(worker, () => delay(20_000))
        await delay(2_000)
      }
      return 'each of two workers stood still for 20 s'
    },
  },
  {
    id: 'F-33', name: 'every process is replaced by a new one, in turn, under load',
    async inject({ stack, recorders }) {
      for (const service of [...stack.gateways, ...stack.workers, ...stack.apis]) {
        await service.stop()
        await service.start()
        await waitFor(() => recorders.every(({ isLive }) => isLive), { timeoutMs: 30_000, message: 'everybody to be connected again' })
      }
      const told = recorders.flatMap(({ ends }) => ends).filter((code) => code === RESTARTING).length
      if (told === 0) throw new Error('Nobody was told of a restart')
      return `six processes were stopped in order, ${told} connections were told when to come back`
    },
    also: ({ activity, recorders }) => [
      ...activity.answers.serverErrors.map((detail) => ({ rule: 'server error', detail })),
      ...recorders.flatMap(({ ends }) => ends.slice(0, -1)).filter((code) => code !== RESTARTING).map((code) => ({ rule: 'closed without a word', detail: String(code) })),
      ...fewBeginAnew(recorders),
    ],
  },
]

const RESTARTING = 4009

async function restart(service: StackService, { downMs }: { downMs: number }): Promise<void> {
  const before = service.pid()
  await service.kill()
  await delay(downMs)
  await service.start()
  if (service.pid() === before) throw new Error(`${service.name} was not killed`)
}

/** Stops the process without ending it, and lets it go on. */
export async function frozen<T>(service: StackService, work: () => Promise<T>): Promise<T> {
  process.kill(service.pid(), 'SIGSTOP')
  try {
    return await work()
  } finally {
    process.kill(service.pid(), 'SIGCONT')
  }
}

/** How many connections ended; none: the fault did not reach anybody. */
export function endsOf(recorders: Arena['recorders']): number {
  const count = sum(recorders, ({ ends }) => ends.length)
  if (count === 0) throw new Error('No connection was cut')
  return count
}

export function returnsWithin(recorders: Arena['recorders'], { share, ms }: { share: number; ms: number }): Violation[] {
  const took = recorders.flatMap(({ returns }) => returns.map(({ endedAt, backAt }) => backAt - endedAt)).toSorted((a, b) => a - b)
  const reached = took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0
  return reached <= ms ? [] : [{ rule: 'late return', detail: `${share * 100} % came back within ${Math.round(reached)} ms, not ${ms}` }]
}

/** To begin anew costs a first screen: hardly anybody may have to. */
export function fewBeginAnew(recorders: Arena['recorders']): Violation[] {
  const [resyncs, returns] = [sum(recorders, (one) => one.resyncs), sum(recorders, (one) => one.returns.length)]
  return resyncs <= returns * 0.05 ? [] : [{ rule: 'storm of beginnings', detail: `${resyncs} of ${returns} returns had to begin anew` }]
}

const sum = <T>(list: readonly T[], of: (one: T) => number) => list.reduce((total, one) => total + of(one), 0)
