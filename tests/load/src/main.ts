import { startStack, type Stack } from '@afrochat/test-support'
import { measureDelivery } from './delivery.ts'
import { measureHistory } from './history.ts'
import { measurePosting } from './posting.ts'

const measurements: Readonly<Record<string, (stack: Stack) => Promise<string>>> = {
  posting: measurePosting,
  delivery: measureDelivery,
  history: measureHistory,
}

const wanted = process.argv.slice(2)
const names = wanted.length > 0 ? wanted : Object.keys(measurements)
const unknown = names.filter((name) => !Object.hasOwn(measurements, name))
if (unknown.length > 0) {
  console.error(`There is no measurement ${unknown.join(', ')}: choose of ${Object.keys(measurements).join(', ')}.`)
  process.exit(2)
}

for (const name of names) {
  // A stack of its own for each: what one leaves behind must not slow the next.
  const stack = await startStack({ durable: true, env: { WEBSOCKET_MAX_PER_ADDRESS: '10000' } })
  try {
    console.log(`\n## ${name}\n\n${await measurements[name]?.(stack) ?? ''}`)
  } finally {
    await stack.stop()
  }
}
