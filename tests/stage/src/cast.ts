/**
 * Who acts, as the tables of rights name them. What they are to an object is in the name: `MC` is a full member in the
 * channel, `MN` one who is not. In a place that everybody is in (the default channel) nobody plays `MN`.
 */
export const ACTORS = ['AN', 'DE', 'XW', 'EX', 'G1', 'G1x', 'GM', 'GMx', 'MN', 'MC', 'AU', 'CM', 'AD', 'ADc', 'OW', 'OWc'] as const
export type ActorCode = (typeof ACTORS)[number]

export const whoTheyAre: Readonly<Record<ActorCode, string>> = {
  AN: 'anonymous',
  DE: 'somebody whose account is deactivated, with the token of before',
  XW: 'member of another workspace only',
  EX: 'somebody who left the workspace, with an account that lives',
  G1: 'single-channel guest, in the channel',
  G1x: 'single-channel guest, in another channel',
  GM: 'multi-channel guest, in the channel',
  GMx: 'multi-channel guest, in other channels',
  MN: 'full member, not in the channel',
  MC: 'full member, in the channel',
  AU: 'author of the object, in the channel',
  CM: 'manager of the channel, who made it',
  AD: 'admin, not in the channel',
  ADc: 'admin, in the channel',
  OW: 'owner (`owner_id`), not in the channel',
  OWc: 'another owner, in the channel',
}

/** Those who are in every channel of the stage, `PA` too: the partner, with whom everybody else has a direct message. */
export const INSIDERS = ['G1', 'GM', 'MC', 'AU', 'CM', 'ADc', 'OWc'] as const satisfies readonly ActorCode[]
export type Insider = (typeof INSIDERS)[number]
export const isInsider = (code: string): code is Insider => (INSIDERS as readonly string[]).includes(code)

/** Those of the workspace who are in none of the channels of the stage, but for the default one. */
export const OUTSIDERS = ['G1x', 'GMx', 'MN', 'AD', 'OW'] as const satisfies readonly ActorCode[]

/** The same person on the other side of a channel's door. */
export const outsideOf: Readonly<Record<Insider, ActorCode>> = { G1: 'G1x', GM: 'GMx', MC: 'MN', AU: 'MN', CM: 'MN', ADc: 'AD', OWc: 'OW' }
export const insideOf: Readonly<Partial<Record<ActorCode, Insider>>> = { G1x: 'G1', GMx: 'GM', MN: 'MC', AD: 'ADc', OW: 'OWc' }

/** Kinds of channels, each of which stands on the stage once with everything that happens in a channel. */
export const PLACES = ['public', 'private', 'archived', 'archived private', 'read-only', 'default', 'dm', 'group dm', 'deleted'] as const
export type Place = (typeof PLACES)[number]
export const isPlace = (name: string): name is Place => (PLACES as readonly string[]).includes(name)

/**
 * The name of the person who plays this part in a place. A single-channel guest is in one channel alone, so every place has
 * its own; the default channel has its own guests of every kind, or they would meet everybody there.
 */
export const nameIn = (place: Place, actor: ActorCode): string =>
  (actor === 'G1' || (actor === 'GM' && place === 'default') ? `${actor} ${place}` : actor)
