import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { SHED_ORDER, Shedding } from './shedding.ts'

const thresholds = { typing: 100, presence: 250, connections: 1_000 }
const shedOf = (shedding: Shedding) => SHED_ORDER.filter((what) => shedding.sheds(what))
const aHistory = fc.array(fc.oneof(fc.nat({ max: 60 }), fc.nat({ max: 3_000 })), { maxLength: 60 })

describe('a gateway that is late', () => {
  it('drops typing, then presence, then refuses connections, one at a time', () => {
    const shedding = new Shedding(thresholds)
    const seen = [2_000, 2_000, 2_000, 2_000].map((latenessMs) => {
      shedding.look(latenessMs)
      return shedOf(shedding).join()
    })
    expect(seen).toEqual(['typing', 'typing,presence', 'typing,presence,connections', 'typing,presence,connections'])
  })

  it('takes them up again in the other order, each after six calm looks', () => {
    const shedding = new Shedding(thresholds)
    for (let look = 0; look < 3; look += 1) shedding.look(2_000)
    const changedAt: number[] = []
    for (let look = 1; look <= 20; look += 1) if (shedding.look(10)) changedAt.push(look)
    expect([changedAt, shedding.level]).toEqual([[6, 12, 18], 0])
  })

  it('stays as it is between calm and late, however long that goes on', () => {
    const shedding = new Shedding(thresholds)
    shedding.look(120)
    for (let look = 0; look < 50; look += 1) expect(shedding.look(look % 2 === 0 ? 60 : 20)).toBe(false)
    expect(shedOf(shedding)).toEqual(['typing'])
  })

  it('never sheds anything without what comes before it, and nothing at all below the first threshold', () => {
    fc.assert(fc.property(aHistory, (history) => {
      const shedding = new Shedding(thresholds)
      for (const latenessMs of history) {
        shedding.look(latenessMs)
        expect(shedOf(shedding)).toEqual(SHED_ORDER.slice(0, shedding.level))
      }
      if (history.every((latenessMs) => latenessMs < thresholds.typing)) expect(shedding.level).toBe(0)
    }))
  })

  it('is as before after enough calm, whatever was', () => {
    fc.assert(fc.property(aHistory, (history) => {
      const shedding = new Shedding(thresholds)
      for (const latenessMs of history) shedding.look(latenessMs)
      for (let look = 0; look < 6 * SHED_ORDER.length; look += 1) shedding.look(0)
      expect(shedding.level).toBe(0)
    }))
  })
})
