export { isPublicAddress } from './public-address.ts'
export { parseTarget } from './target.ts'
export { createVisitor, type Page, type Visitor, type VisitorOptions } from './visitor.ts'
