import { createMemoryBus } from './memory-signals.ts'
import { signalsContract } from './signals.contract.ts'

const bus = createMemoryBus()
signalsContract('in one process', async (listener) => bus.join(listener))
