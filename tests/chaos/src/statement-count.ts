/** Counts what clients have PostgreSQL execute, by what they say on the wire (protocol 3, without TLS). */
export class StatementCount {
  readonly #executed = new Map<string, number>()

  /** How often a statement of which this is true was executed. */
  of(isMeant: (text: string) => boolean): number {
    return this.#executed.entries().reduce((sum, [text, times]) => sum + (isMeant(text) ? times : 0), 0)
  }

  /** For the bytes of one connection, in order, cut anywhere. */
  listen(): (said: Buffer) => void {
    const prepared = new Map<string, string>()
    let rest = Buffer.alloc(0)
    let typeBytes = 0
    return (said) => {
      rest = Buffer.concat([rest, said])
      for (;;) {
        const length = rest.length < typeBytes + 4 ? Infinity : typeBytes + rest.readInt32BE(typeBytes)
        if (rest.length < length) return
        if (typeBytes === 1) this.#hear({ type: String.fromCharCode(rest[0] ?? 0), body: rest.subarray(5, length), prepared })
        rest = rest.subarray(length)
        // Of the first message alone the type is not said.
        typeBytes = 1
      }
    }
  }

  /** Query has a text, Parse a name and a text, Bind the name of a portal and that of what was parsed. */
  #hear({ type, body, prepared }: { type: string; body: Buffer; prepared: Map<string, string> }): void {
    const [first = '', second = ''] = type === 'Q' || type === 'P' || type === 'B' ? body.toString('latin1').split('\0', 2) : []
    if (type === 'P') prepared.set(first, second)
    if (type === 'Q') this.#count(first)
    if (type === 'B') this.#count(prepared.get(second) ?? '')
  }

  #count(text: string): void {
    this.#executed.set(text, (this.#executed.get(text) ?? 0) + 1)
  }
}
