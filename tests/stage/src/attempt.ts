import { isInsider, type ActorCode } from './cast.ts'
import type { Attempt } from './requests/request.ts'
import type { Scene } from './stage.ts'

/** Of direct messages everybody has their own; who has none here looks at this one's. */
const SOMEBODY_ELSES = 'MC'

export function createAttempt(scene: Scene, actor: ActorCode, object: string): Attempt {
  return {
    scene, actor, object,
    thing: (name) => scene.id(`${name} ${scene.place}${scene.place === 'dm' ? ` ${isInsider(actor) ? actor : SOMEBODY_ELSES}` : ''}`),
    self: scene.id(`user ${actor === 'AN' ? 'PA' : scene.nameOf(actor)}`),
    person: (name) => scene.id(`user ${name}`),
  }
}
