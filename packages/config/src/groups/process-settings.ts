import { Type } from 'typebox'
import { oneOf } from '../kinds.ts'

/** What every app has: where it runs and how much it logs. */
export const processSettings = {
  environment: oneOf(['development', 'production', 'test'], {
    env: 'NODE_ENV',
    doc: 'Where this runs. In production, settings that are only safe on one\'s own machine refuse the start.',
    default: 'development',
  }),
  log: Type.Object(
    {
      level: oneOf(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'], {
        env: 'LOG_LEVEL',
        doc: 'How much is logged, from the least to the most; silent is nothing.',
        default: 'info',
      }),
    },
    { title: 'Process' },
  ),
}
