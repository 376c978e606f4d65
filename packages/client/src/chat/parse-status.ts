export interface Status {
  readonly status_text: string | null
  readonly status_emoji: string | null
}

/** `:tea: having tea`, `🍵 having tea`, an emoji alone, or words alone. */
export function parseStatus(text: string): Status {
  const [emoji, named, picture] = /^(?::([a-z0-9_+\-]+):|(\p{RGI_Emoji}))(?=\s|$)/v.exec(text) ?? []
  if (emoji === undefined) return { status_text: text, status_emoji: null }
  return { status_text: text.slice(emoji.length).trim() || null, status_emoji: named ?? picture ?? null }
}
