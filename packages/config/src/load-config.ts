import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import type { Static, TObject, TProperties } from 'typebox'
import { Value } from 'typebox/value'
import { isSetting, type Place, type Setting } from './setting.ts'

/** The environment as Node gives it. */
export type Environment = Record<string, string | undefined>

/** Where settings come from. */
export interface Sources {
  env: Environment
  /** For what `env` does not set; need not exist. Not read in tests (NODE_ENV=test), which must not depend on it. */
  envFile?: URL | string
}

/** The settings of an app: what its schema says, and what should be said aloud at the start. */
export type Config<T extends TObject> = DeepReadonly<Static<T>> & { readonly warnings: readonly string[] }

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T

/** The settings are wrong. The message lists all faults by name; it never quotes a value, which may be a secret. */
export class ConfigError extends Error {
  override name = 'ConfigError'
  readonly faults: readonly string[]

  constructor(faults: string[]) {
    super(`These settings must be put right (.env.example explains each):\n${faults.map((fault) => `  - ${fault}`).join('\n')}`)
    this.faults = faults
  }
}

/** Reads all settings of a schema, once. Throws one ConfigError for all faults together. */
export function loadConfig<T extends TObject>(schema: T, sources: Sources): Config<T> {
  const env = withFile(sources)
  const reading: Reading = { env, place: { production: env['NODE_ENV'] === 'production' }, faults: [], warnings: [] }
  const settings = readGroup(schema.properties, reading)
  if (reading.faults.length > 0) throw new ConfigError(reading.faults)
  const config: unknown = { ...settings, warnings: reading.warnings }
  return deepFreeze(config) as Config<T> // Each value has been checked against its schema in readSetting.
}

interface Reading {
  env: Environment
  place: Place
  faults: string[]
  warnings: string[]
}

function withFile({ env, envFile }: Sources): Environment {
  if (envFile === undefined || env['NODE_ENV'] === 'test' || !existsSync(envFile)) return env
  return { ...parseEnv(readFileSync(envFile, 'utf8')), ...definedOnly(env) }
}

function definedOnly(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
}

function readGroup(properties: TProperties, reading: Reading): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const [name, schema] of Object.entries(properties)) {
    if (isSetting(schema)) values[name] = readSetting(schema, reading)
    else if (isGroup(schema)) values[name] = readGroup(schema.properties, reading)
    else throw new TypeError(`${name} is neither a setting nor a group of settings`)
  }
  return values
}

function isGroup(schema: object): schema is TObject {
  return 'properties' in schema
}

function readSetting(schema: Setting, { env, place, faults, warnings }: Reading): unknown {
  const { env: name, expects, read, refuse, warn, default: fallback } = schema.setting
  // Empty is unset: compose files and shells pass `NAME=` for what was left out.
  const text = env[name] || fallback
  if (text === undefined && Value.Check(schema, null)) return null
  if (text === undefined) return void faults.push(`${name} must be set, to ${expects}`)
  const value = read(text.trim())
  if (value === undefined || !Value.Check(schema, value)) return void faults.push(`${name} must be ${expects}`)
  const refused = refuse?.(value as never, place) // The setting's own kind has read it.
  if (refused !== undefined) faults.push(`${name} ${refused}`)
  const warning = warn?.(value as never, place) // Likewise.
  if (warning !== undefined) warnings.push(`${name} ${warning}`)
  return value
}

function deepFreeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  for (const inner of Object.values(value)) deepFreeze(inner)
  return Object.freeze(value)
}
