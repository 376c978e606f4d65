import { describe, expect, it } from '@jest/globals'
import { newId, type GroupId, type UserId } from '@afrochat/kernel'
import { collectMentions, MAX_MENTIONS, replaceMentions, type Known } from './mention-syntax.ts'

const ada = newId<UserId>()
const devs = newId<GroupId>()
const known: Known = {
  userIds: new Set([ada]), groupIds: new Set([devs]), userByName: new Map([['ada', ada], ['kofi.b', ada]]), groupByHandle: new Map([['devs', devs]]),
  broadcasts: new Set(['here', 'channel', 'everyone']),
}
const written = (content: string) => replaceMentions(content, known).content

describe('what a text may mention', () => {
  it('is nothing in most texts, and then nothing is looked up', () => {
    for (const text of ['', 'hello', 'a <b> c', '`@ada`', 'mail ada@ada.example', '<!nobody>']) expect(collectMentions(text)).toBeUndefined()
  })

  it('is collected by names in lower case, also without the punctuation that ends a sentence, and by ids', () => {
    expect(collectMentions(`@Kofi.B. <@${ada}> <!group:${devs}> @here <!channel>`)).toEqual({
      names: ['kofi.b.', 'kofi.b'], userIds: [ada], groupIds: [devs], broadcasts: new Set(['here', 'channel']),
    })
  })

  it('are a hundred people and groups at most', () => {
    const names = (count: number) => Array.from({ length: count }, (_, index) => `@user${index}`).join(' ')
    expect(collectMentions(names(2 * MAX_MENTIONS))).toBeDefined()
    expect(() => collectMentions(names(2 * MAX_MENTIONS + 1))).toThrow(expect.objectContaining({ code: 'too_many_mentions' }))
  })
})

describe('mentions in a text', () => {
  it.each([
    ['hi @Ada', `hi <@${ada}>`],
    ['ask @kofi.b. Or @ada...', `ask <@${ada}>. Or <@${ada}>...`],
    ['(@ada)', `(<@${ada}>)`],
    ['@devs!', `<!group:${devs}>!`],
    ['@here: look', '<!here>: look'],
    ['@HERE', '<!here>'],
    ['`@ada` @ada', `\`@ada\` <@${ada}>`],
    ['```\n@devs @here\n```', '```\n@devs @here\n```'],
    ['x@ada path/@ada @@ada -@ada', 'x@ada path/@ada @@ada -@ada'],
    ['@nobody @ada-nobody @', '@nobody @ada-nobody @'],
  ])('%j becomes %j', (text, expected) => {
    expect(written(text)).toBe(expected)
    expect(written(written(text))).toBe(expected)
  })

  it('are each named once, in the order of the text; of the words for all, the widest', () => {
    expect(replaceMentions(`@devs @ada <@${ada}> @here @everyone @channel`, known).mentions).toEqual({ user_ids: [ada], group_ids: [devs], channel: 'everyone' })
  })

  it('that are not known or not allowed stay as they were written, and mention nobody', () => {
    const text = `<@${newId()}> <!group:${newId()}> @nobody @here <!channel>`
    const nobody = { userIds: new Set<UserId>(), groupIds: new Set<GroupId>(), userByName: new Map(), groupByHandle: new Map(), broadcasts: new Set<never>() }
    expect(replaceMentions(text, nobody)).toEqual({ content: text, mentions: { user_ids: [], group_ids: [], channel: null } })
  })
})
