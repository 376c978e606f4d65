/**
 * An id for a message that is about to be sent. Not `crypto.randomUUID`, which browsers have on secure pages only, and a
 * self-hosted chat is often tried without TLS.
 */
export function newClientMsgId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
