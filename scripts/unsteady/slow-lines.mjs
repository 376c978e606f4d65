// Preloaded by TEST_UNSTEADY=1 into the tests' processes: what a TCP connection writes is late at times, in its order, so that
// what happens on two connections happens in any order. A test that fails by it takes for granted how fast something is.
import { Socket } from 'node:net'

/** One write in five is late by a little, as between machines; one in a hundred by a lot, as from a busy one. */
const LATENESS = [{ share: 0.01, mostMs: 700 }, { share: 0.2, mostMs: 30 }]
// The tests' own clock may be a false one.
const wait = setTimeout

/** @type {WeakMap<Socket, () => void>} What is to be done once the write that is late has been done; nothing yet. */
const underWay = new WeakMap()

function latenessMs() {
  const chance = Math.random()
  const { mostMs = 0 } = LATENESS.find(({ share }) => chance < share) ?? {}
  return Math.random() * mostMs
}

for (const name of /** @type {const} */ (['_write', '_writev'])) {
  const write = /** @type {(...args: unknown[]) => void} */ (Socket.prototype[name])
  /** @this {Socket & { _handle?: object }} @param {unknown[]} args the last is told of the end, without which no other write begins */
  Socket.prototype[name] = function (...args) {
    const ms = this._handle?.constructor.name === 'TCP' ? latenessMs() : 0
    if (ms === 0) return write.apply(this, args)
    underWay.set(this, () => undefined)
    wait(() => {
      const next = underWay.get(this)
      underWay.delete(this)
      write.apply(this, args)
      next?.()
    }, ms)
  }
}

const destroy = Socket.prototype._destroy
/**
 * What was written before is on its way already: a system sends it, whatever becomes of the program.
 * @param {Error | null} error
 * @param {(error?: Error | null) => void} done
 */
Socket.prototype._destroy = function (error, done) {
  if (underWay.has(this)) underWay.set(this, () => void destroy.call(this, error, done))
  else destroy.call(this, error, done)
}
