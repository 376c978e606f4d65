import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { UserId } from '@afrochat/kernel'
import type { Subscriber } from '../hub/subscriber.ts'
import { Devices } from './devices.ts'

const AWAY_MS = 600_000
const GRACE_MS = 10_000
const NEWCOMER_MS = 1_000

function theDevices({ awayAfterMs = AWAY_MS } = {}) {
  const said: string[] = []
  const clock = { nowMs: 0 }
  const state: { choice: 'auto' | 'away' | undefined } = { choice: 'auto' }
  const forgotten: string[] = []
  const devices = new Devices({
    choices: { of: () => state.choice, learn: () => undefined, forget: (id) => void forgotten.push(id) },
    say: (id, presence) => void said.push(`${id} ${presence}`), awayAfterMs, graceMs: GRACE_MS, nowMs: () => clock.nowMs,
  })
  const aDevice = (userId: string) => {
    const subscriber = { member: { userId: userId as UserId } } as Subscriber
    devices.enter(subscriber)
    return subscriber
  }
  const pass = (ms: number) => {
    clock.nowMs += ms
    devices.tick()
  }
  return { devices, said, state, forgotten, aDevice, pass }
}

describe('a device', () => {
  it('counts a second after it came, so that it can say first that nobody is at it', () => {
    const { said, aDevice, pass, devices } = theDevices()
    const [silent, away] = [aDevice('ada'), aDevice('bola')]
    pass(NEWCOMER_MS - 1)
    expect(said).toEqual([])
    devices.report(away, 'away')
    expect(said).toEqual(['bola away'])
    pass(1)
    expect(said.slice(1)).toEqual(['ada active'])
    devices.act(silent)
    expect(said).toHaveLength(2)
  })

  it('counts at once when something is done over it', () => {
    const { said, aDevice, devices } = theDevices()
    devices.act(aDevice('ada'))
    expect(said).toEqual(['ada active'])
  })

  it('over which nothing is done is away after the time for that, and active again with the next deed', () => {
    const { said, aDevice, pass, devices } = theDevices()
    const device = aDevice('ada')
    pass(NEWCOMER_MS)
    pass(AWAY_MS - NEWCOMER_MS - 1)
    expect(said).toEqual(['ada active'])
    pass(1)
    devices.act(device)
    pass(AWAY_MS - 1)
    expect(said).toEqual(['ada active', 'ada away', 'ada active'])
    pass(1)
    expect(said.at(-1)).toBe('ada away')
  })

  it('that is away as soon as it counts is away', () => {
    const { said, aDevice, pass } = theDevices({ awayAfterMs: NEWCOMER_MS })
    aDevice('ada')
    pass(NEWCOMER_MS)
    expect(said.at(-1)).toBe('ada away')
  })

  it('that went counts for a while, and then its user is forgotten, or is what the others say', () => {
    const { said, aDevice, pass, devices, forgotten } = theDevices()
    const [first, second, third] = [aDevice('ada'), aDevice('ada'), aDevice('bola')]
    pass(NEWCOMER_MS)
    devices.report(second, 'away')
    for (const device of [first, third]) devices.leave(device)
    pass(GRACE_MS - 1)
    expect(said.at(-1)).toMatch(/active$/)
    pass(1)
    expect(said.slice(-2)).toEqual(['ada away', 'bola null'])
    expect([devices.people, forgotten]).toEqual([1, ['bola']])
  })

  it('whose user\'s choice is not known yet says nothing, and then what is so', () => {
    const { said, aDevice, pass, devices, state } = theDevices()
    state.choice = undefined
    aDevice('ada')
    pass(NEWCOMER_MS)
    expect(said).toEqual([])
    state.choice = 'away'
    devices.speakFor('ada' as UserId)
    expect(said).toEqual(['ada away'])
  })
})

it('nobody is said to be active without a device that is there or was a moment ago; in the end everybody is forgotten', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constantFrom('enter', 'leave', 'act', 'away', 'active'), who: fc.nat({ max: 5 }) }),
    fc.record({ do: fc.constant('pass'), ms: fc.constantFrom(1, 500, 1_000, 10_000, 600_000) }),
  )
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const { devices, said, aDevice, pass } = theDevices()
    const open: Subscriber[] = []
    let lastDevice = -Infinity
    let now = 0
    for (const { do: deed, ...facts } of steps) {
      const { who = 0, ms = 0 } = facts as { who?: number; ms?: number }
      const device = open[who % Math.max(open.length, 1)]
      if (deed === 'enter') open.push(aDevice('ada'))
      else if (deed === 'pass') {
        now += ms
        pass(ms)
      } else if (device !== undefined) {
        if (deed === 'leave') devices.leave(...open.splice(open.indexOf(device), 1) as [Subscriber])
        else if (deed === 'act') devices.act(device)
        else devices.report(device, deed === 'away' ? 'away' : 'active')
      }
      if (open.length > 0) lastDevice = now
      if (now - lastDevice > GRACE_MS + 600_000) expect(said.at(-1) ?? 'ada null').toBe('ada null')
    }
    for (const device of open) devices.leave(device)
    pass(GRACE_MS)
    expect(devices.people).toBe(0)
    expect(said.at(-1) ?? 'ada null').toBe('ada null')
  }))
})
