import type { Draft } from '@afrochat/contracts'
import type { DraftRow } from './drafts.repository.ts'

export const toDraft = ({ id, workspace_id, channel_id, thread_id, content, version, updated_at }: DraftRow): Draft =>
  ({ id, workspace_id, channel_id, thread_id, content, version, updated_at: updated_at.toISOString() })
