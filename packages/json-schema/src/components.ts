import type { JsonSchema } from './json-schema.ts'

export interface Components {
  /** By name, each once; more come with every call of `toSchema`. */
  readonly schemas: Readonly<Record<string, JsonSchema>>
  /** The schema with a reference in the place of every part that has a name. */
  toSchema(source: JsonSchema): JsonSchema
}

/**
 * Collects the schemas that have a name (`$id`), wherever they stand, as components, and leaves a reference in their
 * place: so that generated clients get one type for a user, and not one for each answer that has a user in it.
 */
export function createComponents(): Components {
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
    const others = options.flatMap((option) => option.anyOf ?? [option]).filter((option) => !isNull(option))
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
