import { keptRoutes, plannedRoutes } from '@afrochat/contracts'
import { describeRows } from './src/describe-rows.ts'

describeRows(keptRoutes, plannedRoutes)
