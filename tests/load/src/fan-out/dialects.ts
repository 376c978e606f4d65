/** How a server is spoken to: what a connection asks for, what makes it ready, and what it answers. */
export interface Dialect {
  /** The path of the connection number `index`, which wants the messages of this channel. */
  path(channel: number): string
  readonly headers: (index: number, token: string) => readonly string[]
  /** Sent as soon as the line is open. */
  readonly opening?: string
  /** Answers to short texts; `ready` once the messages of the channel come. */
  readonly answer: (text: string) => { readonly send?: string; readonly ready?: boolean }
  /** Without such an exchange: ready when the line is open. */
  readonly isReadyAtOnce?: boolean
  /** Bytes of a frame behind the message. */
  readonly closers: number
}

export const dialects = {
  plain: {
    path: (channel) => `/?channel=${channel}`,
    headers: () => [],
    answer: () => ({}),
    isReadyAtOnce: true,
    closers: 0,
  },
  socketIo: {
    path: (channel) => `/socket.io/?EIO=4&transport=websocket&channel=${channel}`,
    headers: () => [],
    opening: '40',
    answer: (text) => (text.startsWith('40') ? { ready: true } : text === '2' ? { send: '3' } : {}),
    // 42["message",{…}]
    closers: 1,
  },
  afroChat: {
    path: () => '/ws',
    headers: (_index, token) => ['Sec-WebSocket-Protocol: afrochat.v1', `Authorization: Bearer ${token}`],
    answer: (text) => {
      if (text.startsWith('{"type":"hello"')) return { send: '{"type":"ping","id":"1"}' }
      return text.startsWith('{"type":"ack"') ? { ready: true } : {}
    },
    // {…,"data":{…}}
    closers: 1,
  },
} satisfies Record<string, Dialect>

export type DialectName = keyof typeof dialects
