import { describe, expect, it } from '@jest/globals'
import {
  clientEventCatalogue, clientFrameCatalogue, eventCatalogue, jobCatalogue, routeCatalogue, type RouteDefinition, type WorkspaceSwitch,
} from '@afrochat/contracts'
import { PLACES, type ActorCode, type Place } from '@afrochat/test-stage'
import type { TSchema } from 'typebox'
import { channelPermissions, seenFromOutside, type ChannelStanding } from '../../packages/workspace/src/permissions/channel-permissions.ts'
import { workspacePermissions } from '../../packages/workspace/src/permissions/workspace-permissions.ts'
import { operationsIn, readExpectations, rowsOf } from './src/expectation.ts'
import { secretsIn } from './src/payload-check.ts'

// Whatever is new fails here until the table says who may do it, or who is told.

const expectations = readExpectations()
const operations = Object.entries<RouteDefinition>(routeCatalogue)
const rowsFor = (operation: string) => expectations.filter((row) => row.operation === operation)
const objectsOf = (operation: string) => rowsFor(operation).map(({ object }) => object)

describe('everything has its rows', () => {
  it('each operation', () => {
    expect(operations.map(([name]) => name).filter((name) => rowsFor(name).length === 0)).toEqual([])
    expect([...new Set(operationsIn(expectations).map(({ operation }) => operation))].filter((name) => !Object.hasOwn(routeCatalogue, name))).toEqual([])
  })

  it('each frame that a client may send', () => {
    expect(namesOf('socket')).toEqual(new Set(Object.keys(clientFrameCatalogue)))
  })

  it('each job; one that is done for nobody has no cells', () => {
    expect(namesOf('job')).toEqual(new Set(Object.keys(jobCatalogue)))
  })

  it('each event that a client may get', () => {
    expect(namesOf('event')).toEqual(new Set(Object.keys(clientEventCatalogue)))
  })

  it('each place, of an operation on a channel or a message, and ids that are nobody\'s or another workspace\'s', () => {
    const missing = operations.flatMap(([name, { params }]) => {
      const ids = Object.keys(params?.properties ?? {})
      if (!ids.includes('channel_id') && !ids.includes('message_id')) return []
      return [...PLACES, 'random', 'of another workspace'].filter((object) => !objectsOf(name).includes(object)).map((object) => `${name} · ${object}`)
    })
    expect(missing).toEqual([])
  })

  it('each id, of an operation in a workspace', () => {
    const missing = operations.flatMap(([name, { params }]) => {
      if (!Object.hasOwn(params?.properties ?? {}, 'workspace_id')) return []
      return ['random', 'of another workspace'].filter((object) => !objectsOf(name).includes(object)).map((object) => `${name} · ${object}`)
    })
    expect(missing).toEqual([])
  })

  it('each setting on which a right depends, the other way round than by default', () => {
    const tables = [...Object.values(channelPermissions).flatMap((kinds) => Object.values(kinds)), ...Object.values(workspacePermissions)]
    const cells = tables.flatMap((verdicts) => Object.values(verdicts as Readonly<Record<string, string | { when: WorkspaceSwitch }>>))
    const settings = new Set(cells.flatMap((cell) => (typeof cell === 'string' ? [] : [cell.when])))
    expect([...settings].filter((name) => !expectations.some((row) => Object.hasOwn(row.settings, name)))).toEqual([])
  })
})

describe('everybody and every place is on the stage', () => {
  it('each standing to a channel', () => {
    const players: Record<ChannelStanding, ActorCode> = {
      guest_out: 'GMx', guest_in: 'GM', member_out: 'MN', member_in: 'MC', manager_in: 'CM', admin_out: 'AD', admin_in: 'ADc',
    }
    const standings = [...Object.keys(channelPermissions['channel.read'].channel), ...Object.keys(seenFromOutside.public)]
    expect(new Set(standings)).toEqual(new Set(Object.keys(players)))
  })

  it('each role in a workspace', () => {
    const players = { owner: 'OW', admin: 'AD', member: 'MN', guest: 'GM' }
    expect(new Set(Object.keys(workspacePermissions['workspace.read']))).toEqual(new Set(Object.keys(players)))
  })

  it('each kind of channel', () => {
    const places: Record<keyof typeof seenFromOutside, Place[]> = { public: ['public'], private: ['private'], direct: ['dm', 'group dm'] }
    expect(new Set(Object.keys(seenFromOutside))).toEqual(new Set(Object.keys(places)))
  })
})

describe('the table and the contract agree', () => {
  it('each refusal that is expected is among those that the operation declares', () => {
    const undeclared = operationsIn(expectations).flatMap(({ operation, object, cells }) => {
      const { errors = {} } = routeCatalogue[operation as keyof typeof routeCatalogue] as RouteDefinition
      return Object.values(cells).flatMap((word) => {
        const [status = '', code] = word.split(':')
        return code !== undefined && errors[Number(status)]?.includes(code) !== true ? [`${operation} · ${object}: ${word}`] : []
      })
    })
    expect([...new Set(undeclared)]).toEqual([])
  })

  it('no answer and no event has a field for a secret or an address, but those that are meant to show one', () => {
    const schemas = new Map<string, TSchema>(Object.entries(eventCatalogue))
    for (const [name, { answers }] of operations) for (const [status, schema] of Object.entries(answers)) if (schema !== null) schemas.set(`${name} ${status}`, schema)
    expect([...schemas].flatMap(([name, schema]) => secretsIn(schema, name))).toEqual([])
  })
})

function namesOf(kind: 'socket' | 'event' | 'job'): Set<string> {
  return new Set(rowsOf(kind, expectations).map(({ operation }) => operation.slice(kind.length + 1)))
}
