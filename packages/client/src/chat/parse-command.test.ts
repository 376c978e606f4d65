import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { helpLines, parseCommand } from './parse-command.ts'
import { spellings } from './spellings.ts'

describe('parseCommand', () => {
  it.each([
    ['hello', { name: 'say', text: 'hello' }],
    ['  indented', { name: 'say', text: '  indented' }],
    ['//etc/hosts is a file', { name: 'say', text: '/etc/hosts is a file' }],
    ['   ', { name: 'nothing' }],
    ['/reply 12 yes, 12 of them', { name: 'reply', seq: 12, text: 'yes, 12 of them' }],
    ['/reply #12 yes', { name: 'reply', seq: 12, text: 'yes' }],
    ['/reply yes', { name: 'reply', seq: null, text: 'yes' }],
    ['/reply 3rd one', { name: 'reply', seq: null, text: '3rd one' }],
    ['/edit fixed\nlines', { name: 'edit', seq: null, text: 'fixed\nlines' }],
    ['/delete', { name: 'delete', seq: null }],
    ['/delete 7', { name: 'delete', seq: 7 }],
    ['/react 👍🏾', { name: 'react', seq: null, emoji: '👍🏾' }],
    ['/unreact 7 tada', { name: 'unreact', seq: 7, emoji: 'tada' }],
    ['/open 2', { name: 'open', which: '2' }],
    ['/join https://chat.example/invite/abc', { name: 'join', which: 'https://chat.example/invite/abc' }],
    ['/create #plans private', { name: 'create', channel: 'plans', kind: 'private' }],
    ['/create plans', { name: 'create', channel: 'plans', kind: 'public' }],
    ['/add kofi, zuri', { name: 'add', usernames: ['kofi', 'zuri'] }],
    ['/dm @kofi', { name: 'dm', usernames: ['@kofi'], text: '' }],
    ['/dm kofi are you there?', { name: 'dm', usernames: ['kofi'], text: 'are you there?' }],
    ['/dm @kofi, @zuri are you there?', { name: 'dm', usernames: ['@kofi', '@zuri'], text: 'are you there?' }],
    ['/remove @kofi', { name: 'remove', usernames: ['@kofi'] }],
    ['/topic', { name: 'topic', text: null }],
    ['/topic 3 things to do', { name: 'topic', text: '3 things to do' }],
    ['/topic -', { name: 'topic', text: '-' }],
    ['/rename #plans', { name: 'rename', channel: 'plans' }],
    ['/unarchive plans', { name: 'unarchive', which: 'plans' }],
    ['/mute', { name: 'mute' }],
    ['/pin', { name: 'pin', seq: null }],
    ['/save #7', { name: 'save', seq: 7 }],
    ['/unread', { name: 'unread', seq: null }],
    ['/unread 7', { name: 'unread', seq: 7 }],
    ['/schedule 20m tea', { name: 'schedule', text: '20m tea' }],
    ['/unschedule 2', { name: 'unschedule', number: 2 }],
    ['/remind tomorrow 9:00 tea', { name: 'remind', text: 'tomorrow 9:00 tea' }],
    ['/status', { name: 'status', text: '' }],
    ['/status 🍵 having tea', { name: 'status', text: '🍵 having tea' }],
    ['/quit ', { name: 'quit' }],
  ])('understands %j', (line, command) => {
    expect(parseCommand(line)).toEqual(command)
  })

  it.each([
    ['/reply', 'It goes like this: /reply [number] <text>'],
    ['/reply 12', 'It goes like this: /reply [number] <text>'],
    ['/delete that one', 'It goes like this: /delete [number]'],
    ['/dm', 'It goes like this: /dm <username> … [text]'],
    ['/rename our plans', 'It goes like this: /rename <name>'],
    ['/pin it', 'It goes like this: /pin [number]'],
    ['/forget that', 'It goes like this: /forget <number>'],
    ['/mute kofi', 'It goes like this: /mute'],
    ['/create my plans', 'It goes like this: /create <name> [private]'],
    ['/frobnicate', 'There is no command /frobnicate. /help lists them; // begins a text with /.'],
    ['/constructor', 'There is no command /constructor. /help lists them; // begins a text with /.'],
  ])('says how %j should be', (line, message) => {
    expect(parseCommand(line)).toEqual({ name: 'mistake', message })
  })

  it('understands or explains any line at all', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (line) => {
      expect(parseCommand(`/${line}`).name).toEqual(expect.any(String))
      expect(parseCommand(line).name).toEqual(expect.any(String))
    }))
  })
})

it('lists every command in the help, in groups', () => {
  const lines = helpLines()
  expect(lines).toContainEqual(expect.stringMatching(/^\/thread \[number\] +read a thread$/))
  for (const name of Object.keys(spellings)) expect(lines.filter((line) => line.split(' ')[0] === `/${name}`)).toHaveLength(1)
  expect(lines.filter((line) => line === '')).toHaveLength(3)
})
