import { spawn } from 'node:child_process'
import { Failure } from './say.mjs'

/**
 * Runs a program to its end, keeping what it writes.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<{ status: number, output: string }>}
 */
export function capture(command, args, options = {}) {
  return new Promise((resolve) => {
    let output = ''
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const pipe of [child.stdout, child.stderr]) pipe?.setEncoding('utf8').on('data', (text) => (output += text))
    child.once('error', (error) => resolve({ status: 127, output: error.message }))
    child.once('close', (code) => resolve({ status: code ?? 1, output }))
  })
}

/**
 * Runs a program in our place: its terminal is ours, our signals are its signals, its end is ours.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions & { onMessage?: (message: unknown) => void }} options `onMessage`
 *   opens a channel, by which a program for Node.js also learns when we die; others would pass it on to the wrong ones
 * @returns {Promise<number>} its exit status
 */
export function become(command, args, { onMessage, ...options }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['inherit', 'inherit', 'inherit', ...(onMessage ? [/** @type {const} */ ('ipc')] : [])] })
    // A Ctrl-C at a terminal reaches the program by itself; we only must not die of it first.
    process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
    for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal))
    if (onMessage) child.on('message', onMessage)
    child.once('error', () => resolve(127))
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)))
  })
}

/** What an installer's output says → what to tell the person. */
const REASONS = [
  { pattern: /ENOSPC|No space left on device/i, sentence: 'The disk is full: free at least 1 GB and try again.' },
  { pattern: /EDQUOT|quota exceeded/i, sentence: 'Your disk quota is used up: free at least 1 GB and try again.' },
  { pattern: /EROFS|read-only file system/i, sentence: 'This folder is on a read-only disk: clone the project to one that can be written.' },
  { pattern: /EACCES|EPERM|permission denied/i, sentence: 'This folder cannot be written by you: clone the project as the user who runs it, or give the folder to that user.' },
  {
    pattern: /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|network|error sending request/i,
    sentence: 'The npm registry cannot be reached: check the network (and npm\'s "registry" and "proxy" settings), then try again.',
  },
  { pattern: /OUTDATED_LOCKFILE|frozen-lockfile/i, sentence: 'pnpm-lock.yaml does not belong to the package.json files: run "pnpm install" and commit the lockfile.' },
]

/**
 * @param {string} what was tried
 * @param {string} output of the program that failed
 */
export function explainInstall(what, output) {
  // Some programs wrap their lines, in the middle of what is looked for.
  const text = output.replaceAll(/\s+/g, ' ')
  const known = REASONS.find(({ pattern }) => pattern.test(text))
  if (known) return new Failure(`${what} failed. ${known.sentence}`, { cause: output })
  return new Failure(`${what} failed, and its output does not say why in a way we know:\n${output.trim().split('\n').slice(-15).join('\n')}`)
}
