import { describe, expect, it } from '@jest/globals'
import { NoticeBook } from '../report/notices.ts'
import { usableReactions } from './map-reactions.ts'

describe('usableReactions', () => {
  it('keeps each emoji once, by whatever name Slack calls it, and each person once in it', () => {
    const { usable, notices } = read([
      { name: 'thumbsup::skin-tone-3', users: ['U1', 'U2', 'U1'], count: 2 }, { name: '+1::skin-tone-3', users: ['U3'] }, { name: 'tada', users: ['U1'] },
      { name: 'tada', users: ['U2'] },
    ])
    expect(usable).toEqual([{ emoji: '👍🏼', users: ['U1', 'U2', 'U3'] }, { emoji: '🎉', users: ['U1', 'U2'] }])
    expect(notices).toEqual([])
  })

  it('keeps the names of the other workspace’s own emoji, whatever they are', () => {
    const { usable, notices } = read([{ name: 'party_parrot', users: ['U1'] }, { name: '__proto__', users: ['U1'] }, { name: 'nobody::skin-tone-9', users: ['U1'] }])
    expect(usable.map(({ emoji }) => emoji)).toEqual(['party_parrot', '__proto__', 'nobody::skin-tone-9'])
    expect(notices).toEqual([])
  })

  it('leaves out names that no row can hold, and says so', () => {
    const { usable, notices } = read([{ name: '', users: ['U1'] }, { name: 'a\0', users: ['U1', 'U2'] }, { name: '\ud800', users: [] }, { name: 'x'.repeat(101), users: ['U1'] }])
    expect(usable).toEqual([])
    expect(notices).toMatchObject([{ reason: 'reaction_not_taken', count: 4 }])
  })

  it('says when more people are counted than listed', () => {
    expect(read([{ name: 'tada', users: ['U1'], count: 60 }]).notices).toMatchObject([{ reason: 'reactor_unlisted', count: 59 }])
  })
})

function read(reactions: Parameters<typeof usableReactions>[0]) {
  const notices = new NoticeBook()
  return { usable: usableReactions(reactions, notices), notices: notices.list() }
}
