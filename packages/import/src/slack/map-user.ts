import { types } from 'node:util'
import type { ImportedAccount } from '@afrochat/auth'
import type { ImportedMember } from '@afrochat/workspace'
import type { NoticeBook } from '../report/notices.ts'
import { textIn, type SlackUser } from './slack-objects.ts'

/** An account to be made, and what it is to be in the workspace. */
export interface MappedPerson {
  readonly account: ImportedAccount
  readonly role: ImportedMember['role']
}

/** Slack's own servers for pictures. Any other address would let the sender see who opens a list of members. */
const PICTURE_HOSTS = ['slack-edge.com', 'gravatar.com']
const PICTURE_KEYS = ['image_512', 'image_192', 'image_72']
const MAX_URL = 2048

export function mapUser(user: SlackUser, notices: NoticeBook): MappedPerson {
  const { profile } = user
  const name = user.name ?? textIn(profile, 'display_name')
  if (textIn(profile, 'email') !== '') notices.note('email_not_taken')
  return {
    account: {
      name: name === '' ? user.id : name,
      displayName: firstOf(textIn(profile, 'display_name'), textIn(profile, 'real_name'), user.real_name ?? '', name, user.id),
      avatarUrl: pictureOf(user, notices),
      timezone: timezoneOf(user, notices),
      isBot: user.is_bot === true,
      isDeactivated: user.deleted === true,
    },
    role: roleOf(user, notices),
  }
}

function firstOf(...texts: string[]): string {
  return texts.find((text) => text.trim() !== '') ?? ''
}

/** A file cannot make an owner: the workspace has one, and whoever may write to the file would choose it. */
function roleOf(user: SlackUser, notices: NoticeBook): ImportedMember['role'] {
  if (user.is_restricted === true || user.is_ultra_restricted === true) return 'guest'
  if (user.is_owner === true) notices.note('owner_as_admin', user.name ?? user.id)
  return user.is_owner === true || user.is_admin === true ? 'admin' : 'member'
}

function pictureOf(user: SlackUser, notices: NoticeBook): string | null {
  const address = firstOf(...PICTURE_KEYS.map((key) => textIn(user.profile, key)))
  if (address === '') return null
  const url = URL.parse(address)
  const isKnown = url?.protocol === 'https:' && PICTURE_HOSTS.some((host) => url.hostname === host || url.hostname.endsWith(`.${host}`))
  if (isKnown && url.username === '' && url.password === '' && url.href.length <= MAX_URL) return url.href
  notices.note('avatar_not_taken', user.name ?? user.id)
  return null
}

function timezoneOf(user: SlackUser, notices: NoticeBook): string {
  const { tz } = user
  if (tz === undefined || tz === null || tz === '') return 'UTC'
  if (isTimezone(tz)) return tz
  notices.note('timezone_unknown', tz)
  return 'UTC'
}

function isTimezone(name: string): boolean {
  const isKnown = KNOWN_TIMEZONES.has(name) || (/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(name) && isOldTimezone(name))
  // So that each is asked for once: making a format takes half a millisecond.
  if (isKnown) KNOWN_TIMEZONES.add(name)
  return isKnown
}

const KNOWN_TIMEZONES = new Set(Intl.supportedValuesOf('timeZone'))

/** The list above has only the names of today: not `Asia/Calcutta`, which is one all the same. */
function isOldTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch (error) {
    if (types.isNativeError(error) && error.name === 'RangeError') return false
    throw error
  }
}
