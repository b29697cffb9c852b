import { parseQuery } from '../jsonpath/parse.ts'
import { prescan } from '../prescan.ts'
import { compileCondition } from './compile.ts'
import { compileWalk } from './query.ts'
import { Abandoned, startRun } from './run.ts'

/** What a JSONPath selects from a document; undefined when that takes more than the steps allow. */
export type Values = (document: unknown, steps: number) => readonly unknown[] | undefined

/** Compiles a JSONPath that picks values out of a document. @throws {FilterError} */
export function compileValues(source: string): Values {
  prescan(source)
  const { segments } = parseQuery(source)
  const walk = compileWalk(segments, ({ condition }) => compileCondition(condition))
  return (document, steps) => {
    const found: unknown[] = []
    try {
      walk(document, startRun(document, null, steps), (value) => {
        found.push(value)
        return false
      })
    } catch (error) {
      if (error instanceof Abandoned) return undefined
      throw error
    }
    return found
  }
}
