import type { ClientFrameType } from '@afrochat/contracts'
import type { Scene } from '@afrochat/test-stage'
import { waitFor } from '@afrochat/test-support'
import { TestClient, type ReceivedFrame } from '../../../../apps/websocket/src/testing/test-client.ts'
import type { TestGateways } from '../../../../apps/websocket/src/testing/test-gateway.ts'

/** Somebody who looks on, on a connection of their own. */
export interface Onlooker {
  readonly name: string
  readonly client: TestClient
  /** Where they were when they came. */
  readonly cursor: string
}

/** Everybody of a scene who is let in, one after the other on each gateway. Nobody is left out but who may not connect at all. */
export async function seatEverybody(scene: Scene, gateways: TestGateways): Promise<Onlooker[]> {
  const seats = scene.people.map(async (name, index) => {
    const client = new TestClient(gateways.url(index % gateways.gateways.length), { perMessageDeflate: false, headers: { authorization: `Bearer ${await scene.tokenOf(name)}` } })
    await waitFor(() => client.frames.length > 0 || client.socket.readyState === client.socket.CLOSED, { message: `${name} to be let in or not` })
    if (client.frames.length === 0) return []
    // Its first command is what makes a connection live.
    await client.command('ping')
    return [{ name, client, cursor: client.cursor }]
  })
  return (await Promise.all(seats)).flat()
}

/** Everything that was sent to anybody because of what has happened so far has come to them. */
export async function allHasCome(onlookers: readonly Onlooker[], gateways: TestGateways): Promise<void> {
  await gateways.settled()
  await Promise.all(onlookers.map(({ client }) => answered(client, 'ping')))
}

/** The answer to a command; undefined: the connection ended. What was sent before the answer has come by then. */
export async function answered(client: TestClient, type: ClientFrameType, data: object = {}): Promise<ReceivedFrame | undefined> {
  if (client.closed !== undefined || client.socket.readyState !== client.socket.OPEN) return undefined
  let isAnswered = false
  const answer = client.command(type, data).finally(() => (isAnswered = true))
  // Not longer than for the answer: hundreds of those who look at a clock would be in each other's way.
  return Promise.race([answer, waitFor(() => isAnswered || client.closed !== undefined).then(() => (isAnswered ? answer : undefined))])
}

/** Takes what has come. */
export const taken = ({ client }: Onlooker): ReceivedFrame[] => client.frames.splice(0)
