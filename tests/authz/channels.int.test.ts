import { channelRoutes } from '@afrochat/contracts'
import { describeRows } from './src/describe-rows.ts'

describeRows(channelRoutes)
