import { jobCatalogue, type JobKey, type NewJob } from '@afrochat/contracts'

/** What stands in Redis for a job. */
export interface JobEnvelope {
  readonly payload: unknown
  readonly request_id: string | null
}

export const toEnvelope = ({ payload, requestId = null }: NewJob): JobEnvelope => ({ payload, request_id: requestId })

/** Whoever can write to Redis can write anything here: this much is checked of the envelope, and the payload by its schema. */
export function isEnvelope(value: unknown): value is JobEnvelope {
  if (typeof value !== 'object' || value === null || !('payload' in value) || !('request_id' in value)) return false
  return value.request_id === null || typeof value.request_id === 'string'
}

const keysByName = new Map<string, JobKey>()
for (const key of Object.keys(jobCatalogue)) if (isJobKey(key)) keysByName.set(jobCatalogue[key].name, key)

export const keyOfJob = (name: string): JobKey | undefined => keysByName.get(name)

function isJobKey(key: string): key is JobKey {
  return Object.hasOwn(jobCatalogue, key)
}
