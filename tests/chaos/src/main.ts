// npm run chaos [-- F-01 F-08 … --seed 7]: breaks one thing after the other under load, and checks what everybody saw.
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { clientFaults } from './faults/clients.ts'
import { redisFaults } from './faults/redis.ts'
import { serviceFaults } from './faults/services.ts'
import { writerFaults } from './faults/writers.ts'
import { run } from './run.ts'

const faults = [...serviceFaults, ...writerFaults, ...redisFaults, ...clientFaults].toSorted((a, b) => a.id.localeCompare(b.id))
const { values, positionals: wanted } = parseArgs({ options: { seed: { type: 'string' } }, allowPositionals: true, strict: false })
const { seed = String(Date.now() % 1_000_000), ...options } = values
const unknown = [...Object.keys(options).map((name) => `--${name}`), ...wanted.filter((id) => !faults.some((fault) => fault.id === id))]
if (unknown.length > 0 || typeof seed !== 'string' || !/^\d+$/.test(seed)) {
  console.error(unknown.length > 0 ? `There is no fault ${unknown.join(', ')}.` : 'A seed is a number: --seed 7.')
  console.error(`Name some of these, or none for all:\n${faults.map(({ id, name }) => `  ${id}  ${name}`).join('\n')}`)
  process.exit(2)
}

const SHOWN = 5
console.log(`seed ${seed}: the same again by npm run chaos -- ${[...wanted, '--seed', seed].join(' ')}`)
for (const fault of faults.filter(({ id }) => wanted.length === 0 || wanted.includes(id))) {
  console.log(`\n${fault.id}  ${fault.name}`)
  try {
    const began = performance.now()
    const { effect, history, violations, standstillMs, verdict: { acknowledged, recovered, received, latency } } = await run(fault, Number(seed))
    console.log(`  ${effect}`)
    console.log(`  ${acknowledged} posts acknowledged, ${recovered} stored without it; received ${received} times, p50 ${ms(latency.p50)}, p99 ${ms(latency.p99)}, worst ${ms(latency.max)}`)
    console.log(`  ${Math.round((performance.now() - began) / 1000)} s${standstillMs > 0 ? `; the machine stood still for up to ${ms(standstillMs)}` : ''}`)
    for (const { rule, detail } of violations.slice(0, SHOWN)) console.log(`  BROKEN ${rule}: ${detail}`)
    console.log(violations.length === 0 ? '  kept' : `  ${violations.length} promises broken`)
    if (violations.length > 0) {
      const file = join(tmpdir(), `afrochat-chaos-${fault.id}-${seed}.json`)
      writeFileSync(file, JSON.stringify({ violations, history }))
      console.log(`  everything that was seen is in ${file}`)
      process.exitCode = 1
    }
  } catch (error) {
    // A fault that was not seen shows nothing.
    console.log(`  NOT SHOWN ${error instanceof Error ? error.message : String(error)}`)
    if (error instanceof Error && error.cause instanceof Error) console.log(`  ${error.cause.message}`)
    process.exitCode = 1
  }
}
process.exit()

function ms(time: number): string {
  return `${Math.round(time)} ms`
}
