/**
 * Stands in for vitest where mutants are tested: tests are kept in a list, to be called again and
 * again in one process. Only what the tests of the rules use.
 */
export { expect } from 'vitest'

export interface CollectedTest {
  readonly id: string
  readonly name: string
  readonly file: string
  run(): unknown
}

const tests = new Map<string, CollectedTest>()
const titles: string[] = []
let current = ''

/** Loads test files, in the order given, and answers their tests. */
export async function collect(files: readonly string[], load: (file: string) => Promise<unknown>) {
  for (const file of files) {
    current = file
    await load(file)
  }
  return tests
}

type Run = (...args: never[]) => unknown

function add(name: string, run: () => unknown): void {
  const title = [...titles, name].join(' > ')
  let id = `${current}#${title}`
  while (tests.has(id)) id += ' again'
  tests.set(id, { id, name: title, file: current, run })
}

/** `says %s` and `says $name` with a case in place of the parts that stand for it. */
function titleOf(name: string, each: unknown, index: number): string {
  const parts = Array.isArray(each) ? [...each] : [each]
  const filled = name
    .replace(/%[sidj]/g, () => String(parts.shift()))
    .replace(/\$(\w+)/g, (_, key) => String((each as Record<string, unknown>)[key]))
  return `${filled} (${index + 1})`
}

export const it = Object.assign((name: string, run: () => unknown) => add(name, run), {
  for: (cases: readonly unknown[]) => (name: string, run: Run) => {
    for (const [i, each] of cases.entries()) add(titleOf(name, each, i), () => run(each as never))
  },
  each: (cases: readonly unknown[]) => (name: string, run: Run) => {
    for (const [i, each] of cases.entries()) {
      const args = (Array.isArray(each) ? each : [each]) as never[]
      add(titleOf(name, each, i), () => run(...args))
    }
  },
})

export const describe = Object.assign(
  (name: string, body: () => void): void => {
    titles.push(name)
    body()
    titles.pop()
  },
  {
    skipIf: (skipped: unknown) => (skipped ? () => {} : describe),
    each: (cases: readonly (readonly unknown[])[]) => (name: string, body: Run) => {
      for (const [i, each] of cases.entries()) {
        describe(titleOf(name, each, i), () => void body(...(each as never[])))
      }
    },
  },
)
