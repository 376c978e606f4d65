/** A JSON Schema as OpenAPI 3.1 holds it. */
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

/**
 * Collects the schemas that have a name (`$id`), wherever they stand, as components, and leaves a reference in their
 * place: so that generated clients get one type for a user, and not one for each answer that has a user in it.
 */
export function createComponents() {
  const schemas: Record<string, JsonSchema> = {}

  return { schemas, toSchema }

  function toSchema(source: JsonSchema): JsonSchema {
    const { $id: name, ...schema } = source
    if (name === undefined) return convert(schema)
    // Entered before its children are looked at, so that a schema may hold itself.
    if (!Object.hasOwn(schemas, name)) {
      schemas[name] = {}
      schemas[name] = convert(schema)
    }
    return { $ref: `#/components/schemas/${name}` }
  }

  function convert(schema: JsonSchema): JsonSchema {
    if (schema.anyOf) return convertUnion(schema, schema.anyOf)
    return {
      ...schema,
      ...(schema.properties && { properties: Object.fromEntries(Object.entries(schema.properties).map(([name, one]) => [name, toSchema(one)])) }),
      ...(schema.items && { items: toSchema(schema.items) }),
    }
  }

  /** Literals become an `enum`, and "or null" a second type, which is how people write it and tools understand it. */
  function convertUnion({ anyOf: _, ...rest }: JsonSchema, options: readonly JsonSchema[]): JsonSchema {
    const isNullable = options.some(isNull)
    const others = options.filter((option) => !isNull(option))
    const [only] = others
    if (others.every((option) => typeof option.const === 'string')) {
      const values = others.map((option) => option.const)
      return { ...rest, ...(isNullable ? { type: ['string', 'null'], enum: [...values, null] } : { type: 'string', enum: values }) }
    }
    if (isNullable && others.length === 1 && only) {
      const inner = toSchema(only)
      if (typeof inner.type === 'string' && inner.enum === undefined) return { ...rest, ...inner, type: [inner.type, 'null'] }
    }
    return { ...rest, anyOf: options.map(toSchema) }
  }
}

const isNull = ({ type }: JsonSchema): boolean => type === 'null'
