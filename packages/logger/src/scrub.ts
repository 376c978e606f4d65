const REDACTED = '[redacted]'

/** Secrets that travel inside a longer text: an error message, a URL, a header. */
const PATTERNS: [pattern: RegExp, replacement: string][] = [
  // A JSON Web Token, wherever it stands: its first part is base64url of `{"`.
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, REDACTED],
  [/\b(bearer[ .]|basic )[\w.~+/=-]{8,}/gi, `$1${REDACTED}`],
  // The password of postgres://user:password@host, redis://:password@host.
  [/\b([a-z][a-z\d+.-]*:\/\/[^\s/:@]*):[^\s@]*@/gi, `$1:${REDACTED}@`],
  [/([?&][\w-]*(?:token|secret|password|code|key|signature)=)[^&\s"']*/gi, `$1${REDACTED}`],
]

/** The text without the secrets that can be told by their form. */
export function scrub(text: string): string {
  let scrubbed = text
  for (const [pattern, replacement] of PATTERNS) scrubbed = scrubbed.replace(pattern, replacement)
  return scrubbed
}
