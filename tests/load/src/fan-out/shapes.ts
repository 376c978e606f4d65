/** How many connections there are, over how many channels. */
export interface Shape {
  readonly name: string
  readonly connections: number
  readonly channels: number
}

export const shapes: readonly Shape[] = [
  { name: '100 in one channel', connections: 100, channels: 1 },
  { name: '1,000 in one channel', connections: 1_000, channels: 1 },
  { name: '5,000 in one channel', connections: 5_000, channels: 1 },
  { name: '1,000 over 100 channels', connections: 1_000, channels: 100 },
]

/** Deliveries a second at which processor time and latency are compared: less than any of the servers can do. */
export const FIXED_RATE = 60_000
/** Deliveries on their way at any time when as many as possible are asked for. */
const UNDER_WAY = 64_000
/** Messages on their way to one connection: fewer than what makes a slow reader of it (256). */
const MAX_WINDOW = 200

/** Messages under way at saturation, of all channels. */
export const windowOf = ({ connections, channels }: Shape): number =>
  Math.max(4, Math.min(MAX_WINDOW * channels, Math.floor((UNDER_WAY * channels) / connections)))

/** Messages a second that make so many deliveries. */
export const messagesFor = ({ connections, channels }: Shape, deliveries: number): number => (deliveries * channels) / connections
