/**
 * Characters that hide, reorder or imitate what is around them: controls, formats (bidi overrides,
 * joiners), other white space, unassigned and private ones, and the third mark in a row.
 */
const HIDDEN =
  /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}|(?<=\p{M}{2})\p{M}/gu

/**
 * Shows text that somebody else wrote, on one line and with nothing hidden: a line feed as `␊`, a
 * bidi override as `<U+202E>`.
 */
export function visible(text: string): string {
  return text.replace(HIDDEN, spellOut)
}

function spellOut(character: string): string {
  const code = character.codePointAt(0)!
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  if (code === 0x7f) return '␡'
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`
}

const WIDE =
  /^(?![\uff61-\uffdc])[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\u3001-\u303e\uff01-\uff60\uffe0-\uffe6]/u
const MARK = /^\p{M}/u

/** A character of a text as it is shown, and the columns it takes where letters are equally wide. */
export interface Cell {
  /** Offset in the text. */
  readonly at: number
  readonly shown: string
  readonly columns: number
}

/** The characters of a text, each as {@link visible} shows it. */
export function cellsOf(text: string): Cell[] {
  const cells: Cell[] = []
  let at = 0
  let marks = 0
  for (const character of text) {
    marks = MARK.test(character) ? marks + 1 : 0
    const shown = marks > 2 ? spellOut(character) : visible(character)
    cells.push({ at, shown, columns: columnsOf(shown) })
    at += character.length
  }
  return cells
}

function columnsOf(shown: string): number {
  if (WIDE.test(shown)) return 2
  return MARK.test(shown) ? 0 : shown.length
}
