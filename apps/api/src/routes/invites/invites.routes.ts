import type { FastifyPluginAsync } from 'fastify'
import { routeCatalogue } from '@afrochat/contracts'
import type { WorkspaceDomain } from '@afrochat/workspace'
import { registerRoute } from '../../register-route.ts'

type InviteRoutes = Pick<WorkspaceDomain, 'listInvites' | 'createInvite' | 'revokeInvite' | 'previewInvite' | 'acceptInvite'>

export const inviteRoutes: FastifyPluginAsync<{ workspace: InviteRoutes }> = async (app, { workspace }) => {
  registerRoute(app, routeCatalogue.listInvites, async (request) => workspace.listInvites(request.actor, { ...request.query, ...request.params }))

  registerRoute(app, routeCatalogue.createInvite, async (request) => workspace.createInvite(request.actor, { ...request.body, ...request.params }))

  registerRoute(app, routeCatalogue.revokeInvite, async (request) => {
    await workspace.revokeInvite(request.actor, request.params)
    return null
  })

  registerRoute(app, routeCatalogue.previewInvite, async (request) => workspace.previewInvite(request.params.token))

  registerRoute(app, routeCatalogue.acceptInvite, async (request) => workspace.acceptInvite(request.actor, request.params.token))
}
