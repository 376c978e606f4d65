import type { FastifyPluginAsync } from 'fastify'
import { routeCatalogue } from '@afrochat/contracts'
import type { WorkspaceDomain } from '@afrochat/workspace'
import { registerRoute } from '../../register-route.ts'

type Groups = Pick<WorkspaceDomain, 'listGroups' | 'createGroup' | 'getGroup' | 'updateGroup' | 'deleteGroup'>

export const groupRoutes: FastifyPluginAsync<{ workspace: Groups }> = async (app, { workspace }) => {
  registerRoute(app, routeCatalogue.listGroups, async (request) => workspace.listGroups(request.actor, { ...request.query, ...request.params }))
  registerRoute(app, routeCatalogue.createGroup, async (request) => workspace.createGroup(request.actor, { ...request.body, ...request.params }))
  registerRoute(app, routeCatalogue.getGroup, async (request) => workspace.getGroup(request.actor, request.params))
  registerRoute(app, routeCatalogue.updateGroup, async (request) => workspace.updateGroup(request.actor, { ...request.body, ...request.params }))
  registerRoute(app, routeCatalogue.deleteGroup, async (request) => {
    await workspace.deleteGroup(request.actor, request.params)
    return null
  })
}
