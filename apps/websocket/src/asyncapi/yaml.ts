import { stringify } from 'yaml'
import { asyncApiDocument } from './document.ts'

const HEADER = '# Generated from the catalogues that validate at run time (packages/contracts/src/socket and /events) by `npm run generate`.\n'

/** The contents of `asyncapi.yaml`. */
export function asyncApiYaml(): string {
  return `${HEADER}${stringify(asyncApiDocument(), { lineWidth: 0 })}`
}
