import { createLogger } from '@afrochat/logger'
import { explainCrash, stopOnSignal } from '@afrochat/middleware'
import { loadWebsocketConfig } from './config.ts'
import { startGateway } from './start-gateway.ts'

explainCrash()
const config = loadWebsocketConfig()
const logger = createLogger({ service: 'websocket', level: config.log.level })
for (const warning of config.warnings) logger.warn(warning)

const gateway = await startGateway(config, logger)
stopOnSignal(logger, gateway.stop)
