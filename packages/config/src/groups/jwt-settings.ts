import { Type } from 'typebox'
import { integer, secrets, text } from '../kinds.ts'
import type { Place } from '../setting.ts'

/** It is in every copy of the documentation, so it protects nothing. */
const LITERAL = 'your-super-secret-jwt-key'

/** HMAC-SHA-256 is as strong as its key up to 32 bytes (RFC 7518, section 3.2). */
const MIN_BYTES = 32

/** How people stay signed in. */
export const jwtSettings = Type.Object(
  {
    secrets: secrets({
      env: 'JWT_SECRET',
      doc: 'Signs access tokens. In production at least 32 bytes, for instance from `openssl rand -base64 48`. To change it, put the new one first, separated by a comma: the first signs, all verify. Drop the old one after JWT_EXPIRE_HOURS.',
      default: LITERAL,
      refuse: refuseWeak,
      warn: warnOfLiteral,
    }),
    issuer: text({ env: 'JWT_ISSUER', doc: 'The `iss` of access tokens. Tokens of another issuer are not accepted.', default: 'afrochat' }),
    accessTokenHours: integer({ env: 'JWT_EXPIRE_HOURS', doc: 'How long an access token is good. Hours.', default: '24', min: 1, max: 720 }),
    refreshTokenDays: integer({
      env: 'REFRESH_TOKEN_EXPIRE_DAYS',
      doc: 'How long a sign-in lasts without being used. Days.',
      default: '7',
      min: 1,
      max: 365,
    }),
  },
  { title: 'Sign-in' },
)

function refuseWeak(values: string[], { production }: Place): string | undefined {
  if (!production) return undefined
  if (values.includes(LITERAL)) return 'must be a secret of your own in production, not missing and not the one of the documentation'
  return values.some((value) => Buffer.byteLength(value) < MIN_BYTES) ? `must have at least ${MIN_BYTES} bytes in production` : undefined
}

function warnOfLiteral(values: string[]): string | undefined {
  return values.includes(LITERAL) ? 'is the one of the documentation: anyone can sign in as anyone. Set one of your own' : undefined
}
