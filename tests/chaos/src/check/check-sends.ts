import type { History, Send, Violation } from './history.ts'

/**
 * Every acknowledged post is stored once, under its id; nothing is stored twice, nothing that was refused or never sent;
 * and a writer's posts stand in a channel in the order in which they were acknowledged. (After Jepsen's set-full.)
 */
export function checkSends({ sends, stored }: History): Violation[] {
  const keyOf = ({ userId, clientMsgId }: { userId: string; clientMsgId: string | null }) => `${userId} ${clientMsgId}`
  const rows = Map.groupBy(stored.messages.filter(({ clientMsgId }) => clientMsgId !== null), keyOf)
  const sent = new Map(sends.map((send) => [keyOf(send), send]))
  const violations: Violation[] = []
  const broken = (rule: string, detail: string) => violations.push({ rule, detail })

  for (const [key, send] of sent) {
    const found = rows.get(key) ?? []
    if (send.outcome === 'acknowledged' && found.length === 0) broken('lost', `${key} was acknowledged and is not stored`)
    if (found.length > 1) broken('doubled', `${key} is stored ${found.length} times`)
    if (send.outcome === 'refused' && found.length > 0) broken('stored though refused', key)
    if (send.message !== null && found.some(({ id, seq }) => id !== send.message?.id || seq !== send.message.seq)) {
      broken('not as acknowledged', `${key} was acknowledged as ${send.message.id} with seq ${send.message.seq}`)
    }
  }
  for (const key of rows.keys()) if (!sent.has(key)) broken('never sent', `${key} is stored`)
  return [...violations, ...checkOrder(sends)]
}

function checkOrder(sends: readonly Send[]): Violation[] {
  const acknowledged = sends.flatMap(({ message, ...send }) => (message === null ? [] : [{ ...send, seq: message.seq }]))
  return [...Map.groupBy(acknowledged, ({ userId, channelId }) => `${userId} in ${channelId}`)].flatMap(([where, own]) => {
    const inOrder = own.toSorted((a, b) => a.counter - b.counter)
    return inOrder.flatMap(({ counter, seq }, index) => {
      const before = inOrder[index - 1]
      return before !== undefined && before.seq >= seq ? [{ rule: 'out of order', detail: `${where}: post ${counter} has seq ${seq}, post ${before.counter} before it ${before.seq}` }] : []
    })
  })
}

/** Posts whose fate their writer did not learn, and which are stored: allowed, and worth knowing. */
export const countRecovered = ({ sends, stored }: History): number => {
  const rows = new Set(stored.messages.map(({ userId, clientMsgId }) => `${userId} ${clientMsgId}`))
  return sends.filter(({ outcome, userId, clientMsgId }) => outcome === 'unknown' && rows.has(`${userId} ${clientMsgId}`)).length
}
