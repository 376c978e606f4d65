export { keyPrefix } from './connect.ts'
export { createJobQueue, QueueUnavailableError, type JobCounts, type JobQueue, type JobQueueOptions } from './job-queue.ts'
export { startJobWorkers, type JobOutcome, type JobWorkers, type JobWorkersOptions } from './job-workers.ts'
export type { Logger } from './outage-report.ts'
