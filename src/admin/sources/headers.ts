/** A header being written; `key` tells it from the others. */
export interface DraftHeader {
  readonly key: string
  readonly name: string
  readonly value: string
  /** Whether the source has it already: with no value written here it keeps the one it has. */
  readonly isThere: boolean
}

let made = 0

export const newHeader = (): DraftHeader => headerOf('', false)

/** The headers a source has, without their values. */
export const headersThere = (names: readonly string[]): readonly DraftHeader[] =>
  names.map((name) => headerOf(name, true))

function headerOf(name: string, isThere: boolean): DraftHeader {
  return { key: `header ${++made}`, name, value: '', isThere }
}

const nameOf = ({ name }: DraftHeader) => name.trim().toLowerCase()

const isBlank = (header: DraftHeader) => nameOf(header) === '' && header.value === ''

/** Whether there is anything that closing the form would lose. */
export const areWritten = (headers: readonly DraftHeader[]) => !headers.every(isBlank)

/** Why a header cannot be sent as it is. Of several with a name only one would be. */
export function mistakeIn(headers: readonly DraftHeader[], index: number): string | undefined {
  const header = headers[index]!
  if (isBlank(header)) return undefined
  if (nameOf(header) === '') return 'Which header is it?'
  const isTwice = headers.slice(0, index).some((before) => nameOf(before) === nameOf(header))
  return isTwice ? 'This header is there already.' : undefined
}

/** Whether they cannot be sent as they are. */
export const areWrong = (headers: readonly DraftHeader[]) =>
  headers.some((_, index) => mistakeIn(headers, index) !== undefined)

/** What of a transport they are; nothing when there are none. */
export function headersOf(headers: readonly DraftHeader[]): {
  readonly headers?: Readonly<Record<string, string>>
} {
  const written = headers.filter((header) => !isBlank(header))
  if (written.length === 0) return {}
  return {
    headers: Object.fromEntries(written.map(({ name, value }) => [name.trim(), value.trim()])),
  }
}

/** What a merge patch of a transport says of them; nothing when they stay as they are. */
export function headersPatch(
  begun: readonly DraftHeader[],
  headers: readonly DraftHeader[],
): { readonly headers?: Readonly<Record<string, string | null>> } {
  const gone = begun.filter(({ key }) => !headers.some((header) => header.key === key))
  const written = headers.filter((header) => !isBlank(header) && !isKept(header))
  if (gone.length + written.length === 0) return {}
  return {
    headers: {
      ...Object.fromEntries(gone.map(({ name }) => [name, null])),
      ...Object.fromEntries(written.map(({ name, value }) => [name.trim(), value.trim()])),
    },
  }
}

const isKept = ({ isThere, value }: DraftHeader) => isThere && value === ''
