import { parseArgs } from 'node:util'
import { comparePeers } from './compare.ts'
import { createPeers, createSurroundings, type Peer } from './peers.ts'
import { canPin, LOAD_CORE, pin } from './processes.ts'
import { shapes } from './shapes.ts'
import { measureCompression, measureIdle, measureSlowReaders } from './single.ts'

const options = {
  runs: { type: 'string', default: '3' },
  seconds: { type: 'string', default: '1.5' },
  parts: { type: 'string', default: '' },
  peers: { type: 'string', default: '' },
  shapes: { type: 'string', default: '' },
} as const

const USAGE = `npm run load -- fan-out [--runs 1] [--seconds 1] [--parts "deliveries;idle"] [--peers "ws;memory"] [--shapes "100 in;1,000 over"]
Pieces of names choose what is measured; without them it is all, in some eight minutes.`

/** See USAGE. */
export async function runFanOut(args: readonly string[]): Promise<void> {
  const values = parse(args)
  const effort = { runs: Number(values?.runs), seconds: Number(values?.seconds) }
  if (values === undefined || !(effort.runs >= 1) || !(effort.seconds > 0)) {
    console.error(USAGE)
    process.exitCode = 2
    return
  }
  pin(process.pid, LOAD_CORE)
  if (!canPin) console.log('All processes share the cores, since `taskset` or a second core is missing: read the order of the figures only.\n')
  const surroundings = createSurroundings()
  const peers = createPeers(surroundings).filter(({ name }) => isChosen(name, values.peers))
  const without = (...names: string[]): Peer[] => peers.filter(({ name }) => !names.some((one) => name.includes(one)))
  const parts: Readonly<Record<string, () => Promise<string | void>>> = {
    deliveries: () => comparePeers(peers, shapes.filter(({ name }) => isChosen(name, values.shapes)), effort),
    idle: () => measureIdle(without('Redis streams')),
    'slow readers': () => measureSlowReaders(without('socket.io', 'from Redis')),
    compression: () => measureCompression(without('socket.io', 'from Redis'), effort),
  }
  try {
    for (const [name, measure] of Object.entries(parts)) {
      if (!isChosen(name, values.parts)) continue
      console.log(`\n### ${name}\n`)
      const text = await measure()
      if (text !== undefined) console.log(text)
    }
  } finally {
    await surroundings.stop()
  }
}

/** Undefined after saying which option is not known. */
function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    console.error(error.message)
    return undefined
  }
}

/** `;` between pieces, since numbers have commas. */
const isChosen = (name: string, choice: string): boolean => choice === '' || choice.split(';').some((piece) => name.includes(piece))
