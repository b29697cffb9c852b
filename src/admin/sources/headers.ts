/** A header being written; `key` tells it from the others. */
export interface DraftHeader {
  readonly key: string
  readonly name: string
  readonly value: string
}

let made = 0

export const newHeader = (): DraftHeader => ({ key: `header ${++made}`, name: '', value: '' })

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
