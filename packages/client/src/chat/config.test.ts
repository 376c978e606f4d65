import { describe, expect, it } from '@jest/globals'
import { readConfig } from './config.ts'

describe('readConfig', () => {
  it('goes to what npm start runs on this machine', () => {
    expect(readConfig([], { PORT: '9000', WEBSOCKET_PORT: '9001' })).toMatchObject({ url: 'http://localhost:9000', socketUrl: 'ws://localhost:9001/ws' })
    expect(readConfig([], {})).toMatchObject({ url: 'http://localhost:8080', socketUrl: 'ws://localhost:8081/ws', last: 20 })
  })

  it('goes to one host for both when it is told of one', () => {
    expect(readConfig(['--url', 'https://chat.example.org'], { WEBSOCKET_PORT: '9001' })).toMatchObject({ url: 'https://chat.example.org', socketUrl: undefined })
  })

  it('takes the command line before the environment', () => {
    const env = { AFROCHAT_LOGIN: 'kofi', AFROCHAT_PASSWORD: 'secret', AFROCHAT_URL: 'http://a.example', AFROCHAT_SESSION_DIR: '/x/y' }
    expect(readConfig(['--login', 'zuri'], env)).toMatchObject({ login: 'zuri', password: 'secret', url: 'http://a.example', sessionDirectory: '/x/y' })
  })

  it.each([
    [['--url', 'chat.example.org'], '--url: "chat.example.org" does not begin with http:// or https://'],
    [['--socket-url', 'http://a'], '--socket-url: "http://a" does not begin with ws:// or wss://'],
    [['--last', 'all'], '--last: a number from 0 to 200'],
    [['--chanel', 'x'], "Unknown option '--chanel'"],
    [['general'], "Unexpected argument 'general'"],
  ])('says what is wrong with %j', (args, message) => {
    expect(() => readConfig(args, {})).toThrow(message)
  })
})
