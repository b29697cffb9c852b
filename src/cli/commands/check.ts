import { readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Command } from 'commander'
import { isRulesFile, readRulesFile } from '../../dynamic/rules-directory.ts'
import type { ErrorItem } from '../../errors/facet-error.ts'
import { FacetError } from '../../errors/facet-error.ts'
import { indent } from '../failure.ts'

interface Outcome {
  readonly files: number
  readonly errors: readonly ErrorItem[]
}

export function checkCommand(): Command {
  return new Command('check')
    .description(
      'Find mistakes in rules files, without a service. Exits with 1 when there are any.',
    )
    .argument('<paths...>', 'files or directories')
    .option('--json', 'print the outcome as JSON')
    .action((paths: string[], { json }: { json?: boolean }) => {
      const outcome = checkFiles(paths.flatMap(filesOf))
      if (json) console.log(JSON.stringify(outcome, null, 2))
      else report(outcome)
      if (outcome.errors.length > 0) process.exitCode = 1
    })
}

function filesOf(path: string): string[] {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats) throw new Error(`${path} does not exist.`)
  if (!stats.isDirectory()) return [path]
  return readdirSync(path)
    .filter(isRulesFile)
    .sort()
    .map((name) => join(path, name))
}

function checkFiles(files: readonly string[]): Outcome {
  const errors: ErrorItem[] = []
  const owner = new Map<string, string>()
  for (const file of files) {
    try {
      const { id } = readRulesFile(file, basename(file))
      const other = owner.get(id)
      if (other !== undefined) {
        errors.push({ path: file, message: `${other} has the id ${id} already.` })
      }
      owner.set(id, file)
    } catch (error) {
      if (!(error instanceof FacetError)) throw error
      errors.push(...error.errors)
    }
  }
  return { files: files.length, errors }
}

function report({ files, errors }: Outcome): void {
  for (const { path, message } of errors) console.error(`${path}: ${indent(message)}`)
  const checked = `${files} file${files === 1 ? '' : 's'} checked`
  const found = `${errors.length} mistake${errors.length === 1 ? '' : 's'}`
  if (errors.length > 0) console.error(`${checked}, ${found}`)
  else console.log(`${checked}, no mistakes`)
}
