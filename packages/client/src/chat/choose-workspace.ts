import { allOf, type Client, type Workspace } from '../index.ts'
import { cleanName } from './clean-text.ts'
import type { Console } from './console.ts'
import { Mistake } from './mistake.ts'

export interface Wanted {
  /** An invite link. */
  readonly join: string | undefined
  /** Name or slug. */
  readonly workspace: string | undefined
}

/** Where to go: by invite, by name, or the one that is chosen; a script that names none goes to its first. Who is in none makes one. */
export async function chooseWorkspace(client: Client, console: Console, { join, workspace }: Wanted): Promise<Workspace> {
  if (join !== undefined) return client.acceptInvite({ token: join.split('/').findLast((part) => part !== '') ?? '' })
  const workspaces = await allOf(client.listWorkspaces, {})
  if (workspace !== undefined) return findWorkspace(workspaces, workspace)
  const [only, ...others] = workspaces
  if (only === undefined) return makeWorkspace(client, console)
  return others.length === 0 || !console.isWatched ? only : askWorkspace(console, workspaces)
}

function findWorkspace(workspaces: readonly Workspace[], wanted: string): Workspace {
  const found = workspaces.find(({ slug, name }) => slug === wanted.toLowerCase() || name.toLowerCase() === wanted.toLowerCase())
  if (found === undefined) throw new Mistake(`You are in no workspace ${wanted}. Yours: ${namesOf(workspaces) || 'none'}.`)
  return found
}

async function askWorkspace(console: Console, workspaces: readonly Workspace[]): Promise<Workspace> {
  for (const [index, { name }] of workspaces.entries()) console.print(`${String(index + 1).padStart(3)} ${cleanName(name)}`)
  for (;;) {
    const answer = await console.ask({ text: 'Which one (1)? ' })
    if (answer === null) throw new Mistake(`Say which workspace: --workspace <name>. Yours: ${namesOf(workspaces)}.`)
    const chosen = workspaces[Number(answer.trim() || 1) - 1]
    if (chosen !== undefined) return chosen
    console.print(`A number from 1 to ${workspaces.length}, please.`)
  }
}

async function makeWorkspace(client: Client, console: Console): Promise<Workspace> {
  const name = (await console.ask({ text: 'You are in no workspace yet. Name of a new one: ' }))?.trim()
  if (!name) throw new Mistake('You are in no workspace: ask somebody for an invite, and use it with --join <link>.')
  return client.createWorkspace({ name })
}

const namesOf = (workspaces: readonly Workspace[]): string => workspaces.map(({ name, slug }) => `${cleanName(name)} (${slug})`).join(', ')
