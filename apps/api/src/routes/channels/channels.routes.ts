import type { FastifyPluginAsync } from 'fastify'
import { routeCatalogue } from '@afrochat/contracts'
import type { WorkspaceDomain } from '@afrochat/workspace'
import { registerRoute } from '../../register-route.ts'

type ChannelRoutes = Pick<
  WorkspaceDomain,
  | 'listChannels' | 'createChannel' | 'getChannel' | 'joinChannel' | 'leaveChannel' | 'listChannelMembers' | 'addChannelMembers'
  | 'removeChannelMember' | 'setMemberRole' | 'updateChannel' | 'archiveChannel' | 'unarchiveChannel' | 'deleteChannel' | 'setChannelPreferences'
  | 'openDm' | 'markChannelRead' | 'markChannelUnread'
>

export const channelRoutes: FastifyPluginAsync<{ workspace: ChannelRoutes }> = async (app, { workspace }) => {
  registerRoute(app, routeCatalogue.listChannels, async (request) => workspace.listChannels(request.actor, { ...request.query, ...request.params }))

  registerRoute(app, routeCatalogue.createChannel, async (request) => workspace.createChannel(request.actor, { ...request.body, ...request.params }))

  registerRoute(app, routeCatalogue.getChannel, async (request) => workspace.getChannel(request.actor, request.params.channel_id))

  registerRoute(app, routeCatalogue.openDm, async (request, reply) => {
    const { channel, created } = await workspace.openDm(request.actor, { ...request.body, ...request.params })
    void reply.code(created ? 201 : 200)
    return channel
  })

  registerRoute(app, routeCatalogue.updateChannel, async (request) => workspace.updateChannel(request.actor, { ...request.body, ...request.params }))

  registerRoute(app, routeCatalogue.archiveChannel, async (request) => workspace.archiveChannel(request.actor, request.params.channel_id))

  registerRoute(app, routeCatalogue.unarchiveChannel, async (request) => workspace.unarchiveChannel(request.actor, request.params.channel_id))

  registerRoute(app, routeCatalogue.deleteChannel, async (request) => {
    await workspace.deleteChannel(request.actor, request.params.channel_id)
    return null
  })

  registerRoute(app, routeCatalogue.joinChannel, async (request) => workspace.joinChannel(request.actor, request.params.channel_id))

  registerRoute(app, routeCatalogue.leaveChannel, async (request) => {
    await workspace.leaveChannel(request.actor, request.params.channel_id)
    return null
  })

  registerRoute(app, routeCatalogue.listChannelMembers, async (request) =>
    workspace.listChannelMembers(request.actor, { ...request.query, ...request.params }))

  registerRoute(app, routeCatalogue.addChannelMembers, async (request) =>
    workspace.addChannelMembers(request.actor, { ...request.body, ...request.params }))

  registerRoute(app, routeCatalogue.setMemberRole, async (request) => workspace.setMemberRole(request.actor, { ...request.body, ...request.params }))

  registerRoute(app, routeCatalogue.removeChannelMember, async (request) => {
    await workspace.removeChannelMember(request.actor, request.params)
    return null
  })

  registerRoute(app, routeCatalogue.setChannelPreferences, async (request) =>
    workspace.setChannelPreferences(request.actor, { ...request.body, ...request.params }))

  registerRoute(app, routeCatalogue.markChannelRead, async (request) =>
    workspace.markChannelRead(request.actor, { ...request.body, ...request.params }))

  registerRoute(app, routeCatalogue.markChannelUnread, async (request) =>
    workspace.markChannelUnread(request.actor, { ...request.body, ...request.params }))
}
