/**
 * Characters a reader cannot see, or that change how others are shown: controls, zero-width and
 * bidirectional marks, variation selectors, tag characters (which spell hidden ASCII), private use.
 */
const INVISIBLE =
  /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]|\u034f|[\u115f\u1160\u3164\uffa0]|[\u17b4\u17b5]|[\u180b-\u180d]|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]/gu
/** Of those, the ones every text may have. */
const SPACES = /[\t\n\r]/g

/** Room for characters that normalisation turns into several. */
const SLACK = 4

/** Third-party text as it may be shown to a model: visible characters, bounded, on one line. */
export function clean(text: unknown, limit: number): string {
  if (typeof text !== 'string') return ''
  const visible = text
    .slice(0, limit * SLACK)
    .normalize('NFKC')
    .replace(SPACES, ' ')
    .replace(INVISIBLE, '')
    .replace(/\s+/g, ' ')
    .trim()
  return cut(visible, limit)
}

/** Parts of ordinary emoji, and hyphenation: invisible, and innocent. */
const INNOCENT = /[\t\n\r\u00ad]|\u200d|\ufe0f/g

/** Whether a text has characters that are there to be unseen. */
export function hidesCharacters(text: string): boolean {
  return text.replace(INNOCENT, ' ').search(INVISIBLE) >= 0
}

/** Never leaves half a character at the end. */
function cut(text: string, limit: number): string {
  if (text.length <= limit) return text
  const last = text.charCodeAt(limit - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit)
}

const MAX_REASON = 200
/** Markup, and what some viewers turn into links by themselves. */
const LINK = /\b[a-z][a-z0-9+.-]*:(?:\/\/)?\S+|\bwww\.\S+/gi
const MARKUP = /[<>&`*[\]{}|\\#~^$]/g

/** A model's reason as plain, short text. It is its opinion about hostile text: never trusted. */
export function cleanReason(text: unknown): string {
  const bare = clean(text, MAX_REASON * SLACK)
    .replace(LINK, ' ')
    .replace(MARKUP, ' ')
  return cut(bare.replace(/\s+/g, ' ').trim(), MAX_REASON)
}
