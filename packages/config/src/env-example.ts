import type { TObject, TProperties } from 'typebox'
import { isSetting, type SettingFacts } from './setting.ts'

/** The settings of one app, for documentation. */
export interface DocumentedApp {
  name: string
  schema: TObject
}

/** The text of `.env.example`: every setting of all apps once, with its documentation, its default and who reads it. */
export function envExample(apps: DocumentedApp[]): string {
  const sections = new Map<string, Map<string, { facts: SettingFacts; readers: string[] }>>()
  for (const { name, schema } of apps) {
    for (const { facts, title } of settingsOf(schema.properties, 'Process')) {
      const section = sections.get(title) ?? new Map<string, { facts: SettingFacts; readers: string[] }>()
      const entry = section.get(facts.env) ?? { facts, readers: [] }
      sections.set(title, section.set(facts.env, { facts, readers: [...entry.readers, name] }))
    }
  }
  const texts = [...sections].map(([title, entries]) => [`## ${title}`, ...[...entries.values()].map(describe)].join('\n\n'))
  return `${HEADER}\n\n${texts.join('\n\n')}\n`
}

// All lines are comments: whoever copies the file freezes no default, and gets no example for a value of their own.
const HEADER = [
  '# All settings. Copy this file to .env, and take away the # before those that you set; the environment itself',
  '# comes before .env. Lines show the default, or an example where there is none. At the end of each description',
  '# stand [what is allowed] and (who reads it).',
  '# Generated from the config.ts of each app by `npm run generate`: change the documentation there.',
].join('\n')

function* settingsOf(properties: TProperties, title: string): Generator<{ facts: SettingFacts; title: string }> {
  for (const schema of Object.values(properties)) {
    if (isSetting(schema)) yield { facts: schema.setting, title }
    else if ('properties' in schema) yield* settingsOf((schema as TObject).properties, titleOf(schema) ?? title) // Only objects have them.
  }
}

function titleOf(schema: object): string | undefined {
  return 'title' in schema && typeof schema.title === 'string' ? schema.title : undefined
}

function describe({ facts, readers }: { facts: SettingFacts; readers: string[] }): string {
  const noDefault = facts.default === undefined ? ['No default.'] : []
  const example = facts.default === '' && facts.example ? [`For example: ${facts.example}`] : []
  const range = facts.range === undefined ? [] : [`[${facts.range}]`]
  const lines = wrap([facts.doc, ...noDefault, ...range, ...example, `(${readers.join(', ')})`].join(' '))
  return [...lines.map((text) => `# ${text}`), `#${facts.env}=${facts.default ?? facts.example ?? ''}`].join('\n')
}

function wrap(text: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length > 110) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}
