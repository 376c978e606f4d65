import { UnrecoverableError, type Job } from 'bullmq'
import { jobCatalogue, type JobContext, type JobHandlers, type JobKey, type JobPayload } from '@afrochat/contracts'
import { Compile, type Validator } from 'typebox/compile'
import { isEnvelope, keyOfJob } from './job-envelope.ts'

export interface JobRun {
  readonly handlers: JobHandlers
  readonly signal: AbortSignal
}

/**
 * Hands a job to its handler. What stands in Redis is checked like any input: deploys overlap, and others can write
 * there. Ids are all that it may hold, and the handler reads and judges anew what they stand for.
 */
export async function runJob({ id, name, data }: Job, { handlers, signal }: JobRun): Promise<void> {
  const key = keyOfJob(name)
  // Perhaps of a later version, whose workers are about to start: it is tried again.
  if (key === undefined) throw new Error(`This version knows no job ${name}`)
  if (id === undefined || !isEnvelope(data) || !hasPayloadOf(key, data.payload)) throw new UnrecoverableError('The payload is not one of this job')
  const context: JobContext = { id, requestId: data.request_id ?? id, signal }
  await handle(handlers, key, { payload: data.payload, context })
}

function handle<K extends JobKey>(handlers: JobHandlers, key: K, { payload, context }: { payload: JobPayload<K>; context: JobContext }): Promise<void> {
  return handlers[key](payload, context)
}

const validators = new Map<JobKey, Validator>()

function hasPayloadOf<K extends JobKey>(key: K, payload: unknown): payload is JobPayload<K> {
  const validator = validators.get(key) ?? Compile(jobCatalogue[key].payload)
  validators.set(key, validator)
  return validator.Check(payload)
}
