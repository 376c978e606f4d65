import type { FastifyPluginAsync } from 'fastify'
import { routeCatalogue } from '@afrochat/contracts'
import type { WorkspaceDomain } from '@afrochat/workspace'
import { registerRoute } from '../../register-route.ts'

type WorkspaceRoutes = Pick<
  WorkspaceDomain, 'listWorkspaces' | 'createWorkspace' | 'getWorkspace' | 'getWorkspaceBySlug' | 'listWorkspaceMembers' | 'boot'
>

export const workspaceRoutes: FastifyPluginAsync<{ workspace: WorkspaceRoutes }> = async (app, { workspace }) => {
  registerRoute(app, routeCatalogue.listWorkspaces, async (request) => workspace.listWorkspaces(request.actor, request.query))

  registerRoute(app, routeCatalogue.createWorkspace, async (request) => workspace.createWorkspace(request.actor, request.body))

  registerRoute(app, routeCatalogue.getWorkspace, async (request) => workspace.getWorkspace(request.actor, request.params.workspace_id))

  registerRoute(app, routeCatalogue.getWorkspaceBySlug, async (request) => workspace.getWorkspaceBySlug(request.actor, request.params.slug))

  registerRoute(app, routeCatalogue.listWorkspaceMembers, async (request) =>
    workspace.listWorkspaceMembers(request.actor, { ...request.query, ...request.params }))

  registerRoute(app, routeCatalogue.boot, async (request) => workspace.boot(request.actor, request.params.workspace_id))
}
