import { DomainError, type WorkspaceId } from '@afrochat/kernel'

export const guestNotAllowed = () => new DomainError('forbidden', 'guest_not_allowed', 'Guests may not do this')
export const notAllowed = () => new DomainError('forbidden', 'not_allowed', 'You may not do this')
export const roleNotAllowed = () => new DomainError('forbidden', 'role_not_allowed', 'Your role in this workspace does not allow this')

/** An act that somebody was not allowed, as the audit log names it. */
export interface RefusedAct {
  readonly workspaceId: WorkspaceId
  /** Of the tables of permissions. */
  readonly action: string
  /** Whom or what it was meant for, where that is known. */
  readonly targetId: string | null
}

/** The refusal of an administrative act. For its caller a refusal like any other; whoever ran the act writes it to the audit log. */
export class AdministrativeRefusal extends DomainError {
  readonly act: RefusedAct

  constructor(refusal: DomainError, act: RefusedAct) {
    super(refusal.kind, refusal.code, refusal.message, { details: refusal.details })
    this.act = act
  }
}
