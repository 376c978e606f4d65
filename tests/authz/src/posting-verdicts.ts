import type { Stage } from '@afrochat/test-stage'

/** A change to what the function `post_messages` of the database decides. */
export interface PostingFlip {
  readonly title: string
  apply(): Promise<void>
  undo(): Promise<void>
}

/** Lines of the function that give a verdict: `when <condition> then '<verdict>'`. */
const VERDICT = /^\s*when (.+?) then\s+'(\w+)'\s*$/

/** Each verdict left out, and each given always. */
export async function postingFlips(stage: Stage): Promise<PostingFlip[]> {
  const [found] = await stage.query<{ source: string }>(`select pg_get_functiondef(oid) as source from pg_proc where proname = 'post_messages'`)
  if (found === undefined) throw new Error('There is no function post_messages')
  const lines = found.source.split('\n')
  const write = async (source: string) => void (await stage.query(source))
  const flips = lines.flatMap((line, index) => {
    const [, condition, verdict] = VERDICT.exec(line) ?? []
    if (condition === undefined) return []
    return ['false', 'true'].map((constant) => ({
      title: `post_messages: ${verdict} ${constant === 'true' ? 'always' : 'never'} (line ${index + 1})`,
      apply: () => write(lines.with(index, line.replace(condition, constant)).join('\n')),
      undo: () => write(found.source),
    }))
  })
  if (flips.length === 0) throw new Error('Nothing in post_messages looks like a verdict')
  return flips
}
