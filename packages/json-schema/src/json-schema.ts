/** A JSON Schema, as far as the catalogues of this interface use it. */
export interface JsonSchema {
  readonly $id?: string
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly format?: string
  readonly pattern?: string
  readonly minimum?: number
  readonly minLength?: number
  readonly minItems?: number
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly description?: string
  readonly additionalProperties?: boolean
}
