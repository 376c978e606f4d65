import type { Stage } from '@afrochat/test-stage'

/** A change to what the database decides about a post. */
export interface PostingFlip {
  readonly title: string
  apply(): Promise<void>
  undo(): Promise<void>
}

/** The decision, branch by branch: `when <condition> then '<verdict>'`, or another `case`. */
const BRANCH = /when\s+((?:(?!\b(?:when|then)\b)[\s\S])+?)\s+then\s+(?:'(\w+)'|case)/g
/** Not a right: the draft comes back and waits for the channel. */
const NO_VERDICT = 'busy'

/** Each branch of the decision never taken, and each always. */
export async function postingFlips(stage: Stage): Promise<PostingFlip[]> {
  const [found] = await stage.query<{ source: string }>(`select pg_get_functiondef(oid) as source from pg_proc where proname = 'judge_posts'`)
  if (found === undefined) throw new Error('There is no function judge_posts')
  const { source } = found
  const write = async (changed: string) => void (await stage.query(changed))
  const flips = [...source.matchAll(BRANCH)].filter(([, , verdict]) => verdict !== NO_VERDICT).flatMap(({ index, 0: branch, 1: condition = '', 2: verdict }) =>
    ['false', 'true'].map((constant) => ({
      title: `judge_posts: ${verdict ?? 'a repeat'} ${constant === 'true' ? 'always' : 'never'}, and not when ${condition.replaceAll(/\s+/g, ' ').slice(0, 60)}`,
      apply: () => write(source.slice(0, index) + branch.replace(condition, constant) + source.slice(index + branch.length)),
      undo: () => write(source),
    })))
  if (flips.length === 0) throw new Error('Nothing in judge_posts looks like a verdict')
  return flips
}
