import type { Transact } from '@afrochat/database'
import type { Actor, UserId, WorkspaceId } from '@afrochat/kernel'
import { recordAudit } from '../audit/record-audit.ts'
import type { Conversation } from '../ports.ts'
import { endPlace } from './end-place.ts'
import { lockPlaceFor } from './lock-place.ts'
import { cantDeactivateSelf } from './member.errors.ts'
import { assertMayManage } from './member.policy.ts'
import * as memberChannels from './member-channels.repository.ts'
import * as members from './members.repository.ts'

export interface DeactivateMember {
  readonly workspace_id: WorkspaceId
  readonly user_id: UserId
}

export interface EndingDeps {
  readonly transact: Transact
  readonly conversation: Pick<Conversation, 'cancelPlanned'>
}

/** Puts somebody out of the workspace until they are reactivated: no invite lets them in again. Twice changes nothing. */
export async function deactivateMember({ transact, conversation }: EndingDeps, actor: Actor, input: DeactivateMember): Promise<void> {
  const who = { workspaceId: input.workspace_id, userId: input.user_id }
  await transact(actor, async (uow) => {
    const { access, member } = await lockPlaceFor(uow.tx, actor, {
      ...who, action: 'member.manage', touching: () => memberChannels.listOpenIds(uow.tx, who),
    })
    if (input.user_id === actor.userId) throw cantDeactivateSelf()
    assertMayManage(access, { userId: member.user_id, roles: [member.role] })
    if (member.deactivated_by !== null) return

    if (member.deactivated_at === null) await endPlace(uow, conversation, { workspace: access.workspace, member, by: actor.userId })
    else await members.bar(uow.tx, { ...who, by: actor.userId })
    await recordAudit(uow.tx, actor, { workspaceId: who.workspaceId, action: 'member_deactivated', targetId: member.user_id, details: { role: member.role } })
  })
}
