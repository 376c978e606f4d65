export { createComponents, type Components } from './components.ts'
export { exampleOf } from './examples.ts'
export type { JsonSchema } from './json-schema.ts'
