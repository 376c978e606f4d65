import { on } from 'node:events'
import type { Command, Counted, Crowd, Report, Task } from './generator.ts'
import { ended, type RunningPeer } from './peers.ts'
import { cpuSeconds, LOAD_CORE, startOn } from './processes.ts'

export interface Measured extends Counted {
  /** Of the server, in the measured time. */
  readonly cpuSeconds: number
}

/** The process that opens connections and counts what they get, as seen from the process that tells it to. */
export interface LoadGenerator {
  /** Gives the milliseconds that it took. */
  open(crowd: Crowd): Promise<number>
  run(task: Task): Promise<Measured>
  stop(): Promise<void>
}

export function startLoadGenerator({ pid }: Pick<RunningPeer, 'pid'>): LoadGenerator {
  const child = startOn(LOAD_CORE, new URL('generator.ts', import.meta.url))
  const reports = on(child, 'message', { close: ['exit'] })
  const next = async (): Promise<Report> => {
    // What the generator says.
    const { value, done } = (await reports.next()) as IteratorResult<[Report]>
    if (done === true) throw new Error('The load generator ended')
    const [report] = value
    if ('failed' in report) throw new Error(report.failed)
    return report
  }
  const tell = (command: Command) => child.send(command)

  return {
    async open(crowd) {
      tell({ open: crowd })
      const report = await next()
      return 'opened' in report ? report.opened.ms : Number.NaN
    },
    async run(task) {
      tell({ run: task })
      const marks: number[] = []
      for (;;) {
        const report = await next()
        if ('mark' in report) marks.push(cpuSeconds(pid))
        if ('counted' in report) return { ...report.counted, cpuSeconds: (marks[1] ?? 0) - (marks[0] ?? 0) }
      }
    },
    async stop() {
      tell({ close: true })
      await next()
      await ended(child)
    },
  }
}
