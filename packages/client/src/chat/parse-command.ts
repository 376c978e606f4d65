import type { Command } from './command.ts'
import { spellingGroups, spellings, type Argument } from './spellings.ts'

/** Understands a line: a text to say, or a command that begins with `/`. A text that begins with `/` is typed with two. */
export function parseCommand(line: string): Command {
  if (line.trim() === '') return { name: 'nothing' }
  if (line.startsWith('//')) return { name: 'say', text: line.slice(1) }
  if (!line.startsWith('/')) return { name: 'say', text: line }
  const [, word = '', rest = ''] = /^\/(\S*)\s*([\s\S]*)$/.exec(line) ?? []
  const spelling = Object.hasOwn(spellings, word) ? spellings[word] : undefined
  if (spelling === undefined) return { name: 'mistake', message: `There is no command /${word}. /help lists them; // begins a text with /.` }
  return spelling.parse(toArgument(rest.trimEnd())) ?? { name: 'mistake', message: `It goes like this: ${spelling.usage}` }
}

/** A line for each command, and one between groups of them. */
export function helpLines(): string[] {
  const width = Math.max(...Object.values(spellings).map(({ usage }) => usage.length))
  const groups = spellingGroups.map((group) => Object.values(group).map(({ usage, does }) => `${usage.padEnd(width)}  ${does}`))
  return groups.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]))
}

function toArgument(whole: string): Argument {
  const [, digits, text] = /^#?(\d{1,15})(?:\s+([\s\S]*))?$/.exec(whole) ?? []
  return digits === undefined ? { seq: null, text: whole, whole } : { seq: Number(digits), text: text ?? '', whole }
}
