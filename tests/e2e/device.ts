import { allOf, ChannelLog, type Boot, type Client, type ClientEvent, type Message, type SyncEvent } from '@afrochat/client'
import { applyToBoot } from '@afrochat/test-support'
import type { ReceivedFrame } from '../../apps/websocket/src/testing/test-client.ts'
import { afterAsking, withoutCursor } from '../support/src/boot-replay.ts'
import type { ClientState } from '../support/src/boot-state.ts'

/** A durable frame as the SDK hands it to an application. */
export const toEvent = ({ type, data, ...place }: ReceivedFrame & { readonly workspace_id?: string }): SyncEvent =>
  // A frame of the catalogue: the gateway makes them from the schemas that these types come from.
  ({ type, data, workspace_id: place.workspace_id ?? null, channel_id: place.channel_id ?? null, seq: place.seq ?? null, source: 'live' }) as unknown as ClientEvent

/** What an application keeps of a workspace: the first screen and the messages of its channels, read once, and then kept by events. */
export class Device {
  readonly #client: Client
  #state: ClientState
  readonly #logs = new Map<string, ChannelLog>()

  private constructor(client: Client, boot: Boot) {
    this.#client = client
    this.#state = { ...withoutCursor(boot), followed: new Map(), isConnected: false, unsure: { channels: new Set(), threads: true } }
  }

  /** With all that is said in the channels of this first screen; `messages`: as they were read then. */
  static async from(client: Client, boot: Boot, messages?: ReadonlyMap<string, readonly Message[]>): Promise<Device> {
    const device = new Device(client, boot)
    for (const channel of boot.channels) await device.#open(channel, messages?.get(channel.id))
    return device
  }

  apply(event: SyncEvent): void {
    if (event.type === 'workspace_refreshed') this.#refresh(event.data)
    else if (event.type === 'channel_refreshed') this.#withChannel(event.data)
    else if (event.type !== 'workspace_gone') this.#applyOne(event)
    for (const log of this.#logs.values()) log.apply(event)
  }

  /** Reads the history of channels that it came to know as they are now. */
  async openAll(): Promise<void> {
    for (const channel of this.#state.channels) if (!this.#logs.has(channel.id)) await this.#open(channel)
  }

  /** How far it has come in each channel. */
  seqs(): Record<string, number> {
    return Object.fromEntries(this.#state.channels.map(({ id, last_seq }) => [id, last_seq]))
  }

  /** What it shows by now, having asked for the counts that events do not say. */
  async shows() {
    const boot = await this.#client.boot({ workspace_id: this.#state.workspace.id })
    const state = afterAsking(this.#state, boot)
    return {
      state, boot: withoutCursor(boot),
      messages: new Map([...this.#logs].map(([id, log]) => [id, log.all()])),
    }
  }

  async #open(channel: Boot['channels'][number], messages?: readonly Message[]): Promise<void> {
    const log = new ChannelLog(channel)
    this.#logs.set(channel.id, log)
    await log.load(async () => messages ?? allOf(this.#client.listChannelChanges, { channel_id: channel.id, since: 0, limit: 200 }))
  }

  #applyOne(event: ClientEvent): void {
    // What was mended is in the channel as it is now, which comes with it.
    if (event.source === 'live') this.#state = applyToBoot(this.#state, { type: event.type, payload: JSON.stringify(event.data), seq: event.seq })
    const { id: me } = this.#state.me
    if (event.type === 'member_joined' && event.data.user.id === me) this.#logs.set(event.data.channel.id, new ChannelLog(event.data.channel))
    if (event.type === 'member_left' && event.data.user_id === me) this.#logs.delete(event.data.channel_id)
    if (event.type === 'channel_deleted') this.#logs.delete(event.data.id)
  }

  #refresh(boot: Boot): void {
    this.#state = { ...this.#state, ...withoutCursor(boot), unsure: { channels: new Set(), threads: true } }
    for (const id of this.#logs.keys()) if (!boot.channels.some((channel) => channel.id === id)) this.#logs.delete(id)
  }

  #withChannel(channel: Boot['channels'][number]): void {
    this.#state = { ...this.#state, channels: this.#state.channels.map((one) => (one.id === channel.id ? channel : one)) }
  }
}
