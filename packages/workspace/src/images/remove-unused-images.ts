import type { Db } from '@afrochat/database'
import * as images from './images.repository.ts'

const AT_ONCE = 100

/** Removes pictures that nothing shows any more; returns how many, to be called again while there are a hundred. */
export const removeUnusedImages = ({ db }: { db: Db }): Promise<number> => images.removeUnused(db, AT_ONCE)
