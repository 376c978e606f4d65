import { toSingleLine } from '@afrochat/kernel'
import { invalidWorkspaceName } from './workspace.errors.ts'

const MAX_CODE_POINTS = 80

/** A workspace's name as it is kept. Throws `invalid_name` when there is nothing to see or too much. */
export function toWorkspaceName(text: string): string {
  const name = toSingleLine(text)
  if (name === '' || Array.from(name).length > MAX_CODE_POINTS) throw invalidWorkspaceName()
  return name
}
