/**
 * Replaces text, but not inside code: fenced blocks (CommonMark 0.31 §4.5) and code spans (§6.1) stay as they are, or
 * become what `replaceCode` makes of them. Linear in the length of the text, whatever it is made of.
 */
export function replaceOutsideCode(text: string, replace: Replace, replaceCode: Replace = (code) => code): string {
  if (!text.includes('`') && !text.includes('~~~')) return replace(text)
  return splitFences(text).map(({ isCode, part }) => (isCode ? replaceCode(part) : replaceOutsideSpans(part, replace, replaceCode))).join('')
}

type Replace = (part: string) => string

interface Part {
  readonly isCode: boolean
  readonly part: string
}

const FENCE = /^ {0,3}(`{3,}|~{3,})/

/** Cuts the text into prose and fenced blocks, by lines. A fence that is never closed reaches to the end. */
function splitFences(text: string): Part[] {
  const parts: { isCode: boolean; part: string }[] = []
  let fence: string | undefined
  for (const line of text.split(/(?<=\n)/)) {
    const marker = FENCE.exec(line)?.[1]
    const opens = fence === undefined && marker !== undefined && !(marker.startsWith('`') && line.slice(line.indexOf(marker) + marker.length).includes('`'))
    const closes = fence !== undefined && marker !== undefined && marker.startsWith(fence) && line.trim() === marker
    const isCode = opens || fence !== undefined
    const last = parts.at(-1)
    if (last?.isCode === isCode && !opens) last.part += line
    else parts.push({ isCode, part: line })
    if (opens) fence = marker
    else if (closes) fence = undefined
  }
  return parts
}

/** A code span begins with a run of backticks and ends with the next run of the same length. */
function replaceOutsideSpans(text: string, replace: Replace, replaceCode: Replace): string {
  const runs = [...text.matchAll(/`+/g)].map((match) => ({ start: match.index, length: match[0].length }))
  const closers = indexOfNextSameRun(runs)
  let result = ''
  let from = 0
  for (let index = 0; index < runs.length; index += 1) {
    const opener = runs[index]
    const closer = runs[closers[index] ?? -1]
    if (opener === undefined || closer === undefined) continue
    const end = closer.start + closer.length
    result += replace(text.slice(from, opener.start)) + replaceCode(text.slice(opener.start, end))
    from = end
    index = closers[index] ?? index
  }
  return result + replace(text.slice(from))
}

/** For each run the index of the next one of its length, found from the end so that nothing is searched twice. */
function indexOfNextSameRun(runs: readonly { readonly length: number }[]): (number | undefined)[] {
  const nextOfLength = new Map<number, number>()
  const next: (number | undefined)[] = []
  for (let index = runs.length - 1; index >= 0; index -= 1) {
    const length = runs[index]?.length ?? 0
    next[index] = nextOfLength.get(length)
    nextOfLength.set(length, index)
  }
  return next
}
