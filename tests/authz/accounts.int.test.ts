import { authRoutes, groupRoutes, imageRoutes, userRoutes, workspaceRoutes } from '@afrochat/contracts'
import { describeRows } from './src/describe-rows.ts'

describeRows(authRoutes, userRoutes, workspaceRoutes, groupRoutes, imageRoutes)
