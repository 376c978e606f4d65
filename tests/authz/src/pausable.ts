import type { RunningGateway } from '../../../apps/websocket/src/start-gateway.ts'

/** A gateway that hears nothing for a while, as one whose process is stopped, or whose line is bad. */
export interface Pausable {
  pause(): void
  /** It hears everything that came meanwhile, in order. */
  goOn(): void
}

export function pausable({ gateway, services: { auth } }: RunningGateway): Pausable {
  const hear = auth.hear
  const receive = gateway.receive.bind(gateway)
  const held: (() => void)[] = []
  let isPaused = false
  const orLater = (work: () => void) => (isPaused ? void held.push(work) : work())
  Object.assign(auth, { hear: (...args: Parameters<typeof hear>) => orLater(() => hear(...args)) })
  gateway.receive = async (...args) => orLater(() => void receive(...args))
  return {
    pause: () => void (isPaused = true),
    goOn() {
      isPaused = false
      for (const work of held.splice(0)) work()
    },
  }
}
