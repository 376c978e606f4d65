import { draftHasConflict } from './draft.errors.ts'

/**
 * Whether the draft that is there is the one that the writer started from. `base` null: they saw none; undefined: they do
 * not mind. Throws `draft_has_conflict`.
 */
export function assertStartedFrom(base: number | null | undefined, present: { readonly version: number } | undefined): void {
  if (base !== undefined && base !== (present?.version ?? null)) throw draftHasConflict(present?.version)
}
