import { visible } from '../visible.ts'

/** Most characters of one text, elements of one list and members of one object that are shown. */
const SHOWN = { text: 80, elements: 8, members: 4, depth: 2 } as const

/**
 * A value of an entry as filters write it, on one line, bounded, with nothing hidden: `'x'`,
 * `['a', 'b', … 3 more]`. The entry may have been written by anybody.
 */
export function showValue(value: unknown, depth: number = SHOWN.depth): string {
  if (value === undefined) return 'missing'
  if (typeof value === 'string') return quoted(value)
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) {
    if (depth === 0 && value.length > 0) return '[…]'
    const shown = value.slice(0, SHOWN.elements).map((element) => showValue(element, depth - 1))
    return `[${[...shown, ...more(value.length, SHOWN.elements)].join(', ')}]`
  }
  const keys = Object.keys(value)
  if (depth === 0 && keys.length > 0) return '{…}'
  const shown = keys.slice(0, SHOWN.members).map((key) => {
    const member = showValue(value[key as keyof typeof value], depth - 1)
    return `${/^\w+$/.test(key) ? short(key) : quoted(key)}: ${member}`
  })
  return `{${[...shown, ...more(keys.length, SHOWN.members)].join(', ')}}`
}

/** A text in quotes, cut where it gets long. */
export function quoted(text: string): string {
  return `'${short(text).replace(/[\\']/g, '\\$&')}'`
}

/** Text of others on one line, cut where it gets long and never within a character. */
export function short(text: string, limit: number = SHOWN.text): string {
  if (text.length <= limit) return visible(text)
  const last = text.charCodeAt(limit - 1)
  const end = last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit
  return `${visible(text.slice(0, end))}…`
}

function more(length: number, shown: number): string[] {
  return length > shown ? [`… ${length - shown} more`] : []
}
