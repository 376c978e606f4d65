import { authRoutes, userRoutes } from './auth-routes.ts'
import { channelRoutes } from './channel-routes.ts'
import { messageRoutes } from './message-routes.ts'
import { workspaceRoutes } from './workspace-routes.ts'

/** Every operation below `/api/v1`, by its operation id. */
export const routeCatalogue = { ...authRoutes, ...userRoutes, ...workspaceRoutes, ...channelRoutes, ...messageRoutes }
export type RouteName = keyof typeof routeCatalogue
