import type { FastifyPluginAsync } from 'fastify'
import { routeCatalogue } from '@afrochat/contracts'
import type { WorkspaceDomain } from '@afrochat/workspace'
import { registerRoute } from '../../register-route.ts'

type WorkspaceRoutes = Pick<
  WorkspaceDomain,
  | 'listWorkspaces' | 'createWorkspace' | 'getWorkspace' | 'getWorkspaceBySlug' | 'updateWorkspace' | 'deleteWorkspace' | 'leaveWorkspace' | 'transferWorkspace'
  | 'listWorkspaceMembers' | 'updateWorkspaceMember' | 'deactivateWorkspaceMember' | 'listAuditLog' | 'boot'
>

export const workspaceRoutes: FastifyPluginAsync<{ workspace: WorkspaceRoutes }> = async (app, { workspace }) => {
  registerRoute(app, routeCatalogue.listWorkspaces, async (request) => workspace.listWorkspaces(request.actor, request.query))

  registerRoute(app, routeCatalogue.createWorkspace, async (request) => workspace.createWorkspace(request.actor, request.body))

  registerRoute(app, routeCatalogue.getWorkspace, async (request) => workspace.getWorkspace(request.actor, request.params.workspace_id))

  registerRoute(app, routeCatalogue.getWorkspaceBySlug, async (request) => workspace.getWorkspaceBySlug(request.actor, request.params.slug))

  registerRoute(app, routeCatalogue.updateWorkspace, async (request) => workspace.updateWorkspace(request.actor, { ...request.body, ...request.params }))

  registerRoute(app, routeCatalogue.deleteWorkspace, async (request) => {
    await workspace.deleteWorkspace(request.actor, request.params.workspace_id)
    return null
  })

  registerRoute(app, routeCatalogue.leaveWorkspace, async (request) => {
    await workspace.leaveWorkspace(request.actor, request.params.workspace_id)
    return null
  })

  registerRoute(app, routeCatalogue.transferWorkspace, async (request) => workspace.transferWorkspace(request.actor, { ...request.body, ...request.params }))

  registerRoute(app, routeCatalogue.listWorkspaceMembers, async (request) =>
    workspace.listWorkspaceMembers(request.actor, { ...request.query, ...request.params }))

  registerRoute(app, routeCatalogue.updateWorkspaceMember, async (request) =>
    workspace.updateWorkspaceMember(request.actor, { ...request.body, ...request.params }))

  registerRoute(app, routeCatalogue.deactivateWorkspaceMember, async (request) => {
    await workspace.deactivateWorkspaceMember(request.actor, request.params)
    return null
  })

  registerRoute(app, routeCatalogue.listAuditLog, async (request) => workspace.listAuditLog(request.actor, { ...request.query, ...request.params }))

  registerRoute(app, routeCatalogue.boot, async (request) => workspace.boot(request.actor, request.params.workspace_id))
}
