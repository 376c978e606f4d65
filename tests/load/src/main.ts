import { startStack, type Stack } from '@afrochat/test-support'
import { measureDelivery } from './delivery.ts'
import { runFanOut } from './fan-out/main.ts'
import { measureHistory } from './history.ts'
import { Fault } from './measure.ts'
import { measurePosting } from './posting.ts'
import { measureRates } from './rates.ts'
import { measureReads, readsEnvironment } from './reads.ts'

interface Measurement {
  readonly measure: (stack: Stack) => Promise<string>
  /** Settings that it needs. */
  readonly env?: Readonly<Record<string, string>>
}

const measurements: Readonly<Record<string, Measurement>> = {
  posting: { measure: measurePosting },
  delivery: { measure: measureDelivery },
  rates: { measure: measureRates },
  history: { measure: measureHistory },
  reads: { measure: measureReads, env: readsEnvironment },
}

const [first, ...rest] = process.argv.slice(2)
if (first === 'fan-out') await runFanOut(rest)
else await measureAll(process.argv.slice(2))

async function measureAll(wanted: readonly string[]): Promise<void> {
  const names = wanted.length > 0 ? wanted : Object.keys(measurements)
  const unknown = names.filter((name) => !Object.hasOwn(measurements, name))
  if (unknown.length > 0) {
    console.error(`There is no measurement ${unknown.join(', ')}: choose of ${Object.keys(measurements).join(', ')}, or fan-out alone.`)
    process.exitCode = 2
    return
  }
  for (const name of names) {
    // A stack of its own for each: what one leaves behind must not slow the next.
    const measurement = measurements[name]
    const stack = await startStack({ durable: true, env: { WEBSOCKET_MAX_PER_ADDRESS: '10000', ...measurement?.env } })
    try {
      console.log(`\n## ${name}\n\n${await measurement?.measure(stack) ?? ''}`)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      console.error(`\n## ${name}\n\n${error.message}`)
      process.exitCode = 1
    } finally {
      await stack.stop()
    }
  }
}
