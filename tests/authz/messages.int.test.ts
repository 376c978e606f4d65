import { messageRoutes, unreadRoutes } from '@afrochat/contracts'
import { describeRows } from './src/describe-rows.ts'

describeRows(messageRoutes, unreadRoutes)
