import { Type, type TSchema } from 'typebox'

/** What is known about one setting besides the form of its value. */
export interface SettingFacts {
  /** The environment variable. */
  env: string
  /** One or more sentences for the person who sets it, with the unit. */
  doc: string
  /** As one would write it in the environment. Undefined: there is none. */
  default?: string | undefined
  /** Shown where there is no default. */
  example?: string | undefined
  /** The end of the sentence "<NAME> must be …". */
  expects: string
  /** The choice or the range, for the documentation. Undefined where the `doc` says it all. */
  range?: string | undefined
  /** From the text to the value, or undefined when it is not one. */
  read: (text: string) => unknown
  /** What forbids this value, as the end of "<NAME> …", or undefined. */
  refuse?: ((value: never, place: Place) => string | undefined) | undefined
  /** What should be known about this value, as the end of "<NAME> …", or undefined. */
  warn?: ((value: never, place: Place) => string | undefined) | undefined
}

/** Where the program runs: some values are good enough for one's own machine only. */
export interface Place {
  production: boolean
}

/** A schema with the facts of its setting. */
export type Setting<T extends TSchema = TSchema> = T & { setting: SettingFacts }

/** Makes a setting of a schema. */
export function setting<T extends TSchema>(schema: T, facts: SettingFacts): Setting<T> {
  return Object.assign(schema, { setting: facts })
}

/** The same setting, which may be left out: it is null then. */
export function optional<T extends TSchema>(one: Setting<T>) {
  return setting(Type.Union([one, Type.Null()]), one.setting)
}

/** Whether a schema is a setting, not a group of them. */
export function isSetting(schema: TSchema): schema is Setting {
  return 'setting' in schema
}
