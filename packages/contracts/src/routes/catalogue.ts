import { authRoutes } from './auth-routes.ts'
import { channelRoutes } from './channel-routes.ts'
import { groupRoutes } from './group-routes.ts'
import { imageRoutes } from './image-routes.ts'
import { keptRoutes } from './kept-routes.ts'
import { messageRoutes } from './message-routes.ts'
import { plannedRoutes } from './planned-routes.ts'
import { unreadRoutes } from './unread-routes.ts'
import { userRoutes } from './user-routes.ts'
import { workspaceRoutes } from './workspace-routes.ts'

/** Every operation below `/api/v1`, by its operation id. */
export const routeCatalogue = {
  ...authRoutes, ...userRoutes, ...workspaceRoutes, ...groupRoutes, ...imageRoutes, ...channelRoutes, ...messageRoutes, ...keptRoutes, ...plannedRoutes,
  ...unreadRoutes,
}
export type RouteName = keyof typeof routeCatalogue
