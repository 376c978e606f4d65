// A process of its own that begins a job and never ends it, for the tests to kill: `node mortal-worker.ts <redis url>`.
// It says `here` when it has begun.
import { startJobWorkers } from '../job-workers.ts'
import { handlersWith } from './handlers.ts'

const [url = ''] = process.argv.slice(2)
const ignore = () => undefined

startJobWorkers({
  url, name: 'mortal', logger: { info: ignore, warn: ignore, error: ignore }, lockMs: 1_000,
  handlers: handlersWith({
    fetchPreviews: async () => {
      process.stdout.write('here\n')
      await new Promise(ignore)
    },
  }),
})
