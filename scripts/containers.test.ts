import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { ROOT } from './toolchain/toolchain.mjs'

const read = (path: string) => readFileSync(`${ROOT}/${path}`, 'utf8')
const SERVICES = { api: ['PORT', '8080'], websocket: ['WEBSOCKET_PORT', '8081'], worker: ['WORKER_PORT', '8082'] } as const

describe('the images', () => {
  it('are one for each app, on the Node.js of .nvmrc', () => {
    for (const app of readdirSync(`${ROOT}/apps`)) {
      expect(existsSync(`${ROOT}/apps/${app}/Dockerfile`)).toBe(true)
      expect(read(`apps/${app}/Dockerfile`)).toContain(`ARG NODE_VERSION=${read('.nvmrc').trim()}\n`)
    }
  })

  it('of the services are made alike: what is mended in one is mended in all', () => {
    const made = Object.entries(SERVICES).map(([app, [portSetting, port]]) => read(`apps/${app}/Dockerfile`)
      .split('\n').filter((line) => !line.startsWith('# ') && !line.includes('image.description')).join('\n')
      .replaceAll(portSetting, '<port setting>').replaceAll(port, '<port>')
      .replaceAll(`apps/${app}`, '<app>').replaceAll(`@afrochat/${app}-app`, '<package>').replaceAll(`afrochat-${app}`, '<image>'))
    expect(new Set(made).size).toBe(1)
  })
})
