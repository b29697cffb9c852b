import type { EntryDocument } from '../../catalog/entry.ts'
import type { SearchDocument } from './port.ts'
import { firstWords, spread } from './words.ts'

/** What search looks at of an entry. */
export function searchDocument(document: EntryDocument): SearchDocument {
  const { id, source, name, title = '', description = '', tags } = document
  return { id, source, name, title, description, tags, arguments: argumentNames(document) }
}

function argumentNames({ inputSchema, arguments: named }: EntryDocument): string[] {
  const properties = inputSchema?.properties
  if (typeof properties === 'object' && properties !== null) return Object.keys(properties)
  return (named ?? []).flatMap(({ name }) => (typeof name === 'string' ? [name] : []))
}

/** The columns of the index, and how much a word in each counts. */
export const COLUMNS = [
  ['name', 3],
  ['title', 2],
  ['description', 1],
  ['arguments', 0.5],
  ['tags', 0.5],
] as const

/**
 * How much of a text is indexed. Without bounds a single tool that stuffs its name or description
 * with popular words is among the first ten of half of all questions.
 */
const MAX_NAME_WORDS = 12
const MAX_TITLE_WORDS = 12
const MAX_DESCRIPTION = 500
const MAX_ARGUMENTS = 32
const MAX_ARGUMENT_WORDS = 64
const MAX_TAGS = 20
const MAX_TAG_WORDS = 40

/** The texts of the columns, in their order. */
export function columnsOf(document: SearchDocument): string[] {
  const words = (text: string, limit: number) => firstWords(spread(text.slice(0, 4_096)), limit)
  const list = (texts: readonly string[], count: number, limit: number) =>
    words(texts.slice(0, count).join(' '), limit)
  return [
    words(document.name, MAX_NAME_WORDS).join(' '),
    words(document.title, MAX_TITLE_WORDS).join(' '),
    spread(document.description.slice(0, MAX_DESCRIPTION)),
    list(document.arguments, MAX_ARGUMENTS, MAX_ARGUMENT_WORDS).join(' '),
    list(document.tags, MAX_TAGS, MAX_TAG_WORDS).join(' '),
  ]
}
