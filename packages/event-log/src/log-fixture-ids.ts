import type { WorkspaceId } from '@afrochat/kernel'

/** Who writes in the tests of the log. */
export const nobody = { userId: null, requestId: 'test' }
/** One shard by default: all channels of this workspace are in it. */
export const workspaceId = '01900000-0000-7000-8000-000000000001' as WorkspaceId
