import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../support/docs.ts'

/** One line of an example block: `filter → what it says`. */
export interface FilterExample {
  readonly line: number
  readonly filter: string
  readonly says: string
  readonly entry: string
  readonly caller: string | undefined
  readonly types: readonly string[] | undefined
  readonly language: string | undefined
}

interface Block {
  readonly kind: string
  readonly settings: Readonly<Record<string, string>>
  readonly lines: readonly string[]
  /** Line of the page the first line of the block stands on. */
  readonly from: number
}

/** A page of documentation, taken apart into what a test can check. */
export class Page {
  readonly text: string
  readonly blocks: readonly Block[]

  constructor(path: string) {
    this.text = readFileSync(join(ROOT, path), 'utf8')
    this.blocks = [...this.text.matchAll(/^```(\w+)([^\n]*)\n([\s\S]*?)^```$/gm)].map((found) => ({
      kind: found[1]!,
      settings: Object.fromEntries(
        [...found[2]!.matchAll(/(\w+)=(\S+)/g)].map(([, key, value]) => [key, value]),
      ),
      lines: found[3]!.trimEnd().split('\n'),
      from: this.text.slice(0, found.index).split('\n').length + 1,
    }))
  }

  blocksOf(kind: string): Block[] {
    return this.blocks.filter((block) => block.kind === kind)
  }

  /** The JSON blocks that are named: ```json entry=create_issue */
  named(setting: string): Map<string, object> {
    const blocks = this.blocksOf('json').filter(({ settings }) => setting in settings)
    return new Map(blocks.map((each) => [each.settings[setting]!, JSON.parse(each.lines.join(''))]))
  }

  /** Lines of the form `left sign right` in blocks of a kind. */
  pairs(kind: string, sign: string): { line: number; left: string; right: string; block: Block }[] {
    return this.blocksOf(kind).flatMap((block) =>
      block.lines.map((text, i) => {
        const parts = text.split(sign)
        if (parts.length !== 2) throw new Error(`line ${block.from + i}: no ${sign} in ${text}`)
        const [left, right] = parts as [string, string]
        return { line: block.from + i, left: left.trimEnd(), right: right.trim(), block }
      }),
    )
  }

  examples(): FilterExample[] {
    return this.pairs('filters', '→').map(({ line, left, right, block: { settings } }) => ({
      line,
      filter: left,
      says: right,
      entry: settings.entry!,
      caller: settings.caller,
      types: settings.types?.split(','),
      language: settings.language,
    }))
  }

  /** The rows of the first table below a heading, as the text of their cells. */
  table(heading: string): string[][] {
    const at = this.text.search(new RegExp(`^#+ ${heading}$`, 'm'))
    if (at < 0) throw new Error(`no heading ${heading}`)
    const section = this.text.slice(at).split('\n')
    const start = section.findIndex((line) => line.startsWith('|'))
    const rows = section.slice(start)
    const end = rows.findIndex((line) => !line.startsWith('|'))
    return rows.slice(2, end < 0 ? rows.length : end).map(cellsOf)
  }
}

function cellsOf(row: string): string[] {
  return row
    .replace(/^\|/, '')
    .replace(/\|$/, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'))
}

/** The code in a cell: `` `a` or `b` `` is a and b. */
export function codeIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map((found) => found[1]!)
}
