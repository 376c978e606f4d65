import { Type, type TObject } from 'typebox'
import { Compile } from 'typebox/compile'
import { answerCatalogue, clientEventCatalogue, eventFrame, serverFrame, serverFrameCatalogue, type ClientEventName, type ClientFrameType, type ServerFrameType } from '@afrochat/contracts'

// Clients ignore fields that they do not know; here there are to be none.
const closed = ({ properties }: TObject) => Compile(Type.Object(properties, { additionalProperties: false }))
const frames = new Map([
  // Object.keys gives strings; these are the keys of records over the types.
  ...(Object.keys(serverFrameCatalogue) as ServerFrameType[]).map((type) => [type as string, closed(serverFrame(type))] as const),
  ...(Object.keys(clientEventCatalogue) as ClientEventName[]).map((name) => [name as string, closed(eventFrame(name))] as const),
])
// As above.
const answers = new Map((Object.keys(answerCatalogue) as ClientFrameType[]).map((type) => [type, Compile(answerCatalogue[type])]))

/** Throws for a frame of the server that is not as the catalogues have it. `answered`: the frame that it answers, if that is known. */
export function checkFrame(frame: { readonly type: string; readonly data: unknown }, answered: ClientFrameType | undefined): void {
  const answer = frame.type === 'ack' && answered !== undefined ? answers.get(answered) : undefined
  if (frames.get(frame.type)?.Check(frame) === true && answer?.Check(frame.data) !== false) return
  const errors = [...(frames.get(frame.type)?.Errors(frame) ?? []), ...(answer?.Errors(frame.data) ?? [])]
  throw new Error(`A frame that is not as described: ${JSON.stringify(frame)} ${JSON.stringify(errors)}`)
}
