import { ServiceError } from './service-error.ts'

/** What a log says → what to tell the person. The first that matches is told. */
type Explanation = [pattern: RegExp, sentence: (where: string, match: RegExpMatchArray) => string]

const DISK: Explanation[] = [
  [/No space left on device|ENOSPC/, (where) => `The disk that holds ${where} is full: free some space and start again.`],
  [/Disk quota exceeded|EDQUOT/, (where) => `Your disk quota for ${where} is used up: free some space and start again.`],
  [/Read-only file system|EROFS/, (where) => `${where} is on a read-only file system: clone the project to a disk that can be written.`],
]

const POSTGRES: Explanation[] = [
  ...DISK,
  [
    /lock file "postmaster\.pid" already exists[\s\S]*?PID (\d+)/,
    (where, [, pid]) => `${where} is in use by the PostgreSQL with process id ${pid}: stop the other AfroChat of this folder first.`,
  ],
  [/Address already in use/, () => 'The port for PostgreSQL is taken: choose another, or 0 for a free one.'],
  [
    /database files are incompatible|initialized by PostgreSQL version (\d+)/,
    (where) => `${where} was made by another version of PostgreSQL: move the folder away and start again, or set DATABASE_URL.`,
  ],
  [
    /error while loading shared libraries: ([^:\s]+)/,
    (_where, [, library]) => `The embedded PostgreSQL needs the library ${library}: install it, or set DATABASE_URL to a PostgreSQL of your own.`,
  ],
  [
    /ENOENT|(initdb|postgres): (not found|No such file)/,
    () => 'The embedded PostgreSQL does not run on this system (it needs glibc): set DATABASE_URL to a PostgreSQL of your own.',
  ],
  [/Permission denied|EACCES|has wrong ownership/, (where) => `PostgreSQL may not read or write ${where}: give the folder to the user who runs this.`],
]

const REDIS: Explanation[] = [
  ...DISK,
  [/Address already in use/, () => 'The port for Redis is taken: choose another, or 0 for a free one.'],
  [/Bad file format|Unrecoverable error|Can't handle RDB format/, (where) => `${where} holds data that this Redis cannot read: delete that folder (nothing in it is the only copy) and start again.`],
  [/Can't open the log file|Permission denied|EACCES/, (where) => `Redis may not read or write ${where}: give the folder to the user who runs this.`],
]

/** The error to raise when PostgreSQL did not come up, given what it wrote. */
export function explainPostgres(log: string, dataDir: string): ServiceError {
  return explain('PostgreSQL', POSTGRES, { log, where: dataDir })
}

/** The error to raise when Redis did not come up, given what it wrote. */
export function explainRedis(log: string, dir: string): ServiceError {
  return explain('Redis', REDIS, { log, where: dir })
}

function explain(name: string, explanations: Explanation[], { log, where }: { log: string; where: string }): ServiceError {
  for (const [pattern, sentence] of explanations) {
    const match = pattern.exec(log)
    if (match) return new ServiceError(sentence(where, match), { cause: log })
  }
  const lastLine = log.trimEnd().split('\n').at(-1) ?? ''
  return new ServiceError(`${name} did not start; its last words were: ${lastLine || '(none)'}`, { cause: log })
}
