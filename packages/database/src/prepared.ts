import { sql } from 'kysely'
import type pg from 'pg'

const MARK = '/* prepared */'

/**
 * For `modifyFront` of a select that is asked all day long with the same text: PostgreSQL plans it once a connection and
 * not every time, which for a join of five tables takes longer than to run it. Not for one whose best plan depends on
 * what it is asked for (a limit that is a parameter, say), and not with `*`: a new column would break it until the
 * connection ends.
 */
export const prepared = sql`${sql.raw(MARK)}`

/** Long enough for plans to be worth keeping; short enough that none made for a table that was nearly empty is kept for long. */
export const PLAN_LIFE_SECONDS = 600

/** Lets a new connection keep the plans of marked statements: it gives them names, by which PostgreSQL knows them again. */
export function prepareMarked(client: pg.PoolClient): void {
  const query = client.query.bind(client) as (...given: unknown[]) => unknown // Passed on as it comes, whichever of its overloads is meant.
  const preparing = (first: unknown, ...rest: unknown[]) => {
    const [values] = rest
    return typeof first === 'string' && first.startsWith(MARKED) && Array.isArray(values)
      ? query({ name: nameOf(first), text: first, values }, ...rest.slice(1))
      : query(first, ...rest)
  }
  client.query = preparing as typeof client.query // The same function, but for what it does with marked statements.
}

const MARKED = `select ${MARK}`

/** One for each text: there are as many as there are marked statements in the code, and their variants. */
const names = new Map<string, string>()

function nameOf(text: string): string {
  const known = names.get(text)
  if (known !== undefined) return known
  const name = `afrochat_${names.size + 1}`
  names.set(text, name)
  return name
}
