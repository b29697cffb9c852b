import { ConfigError } from '../config/load.ts'
import { FacetError, messageOf } from '../errors/facet-error.ts'

/** Says what went wrong, on standard error, and makes the process exit with 1. */
export function reportFailure(error: unknown): void {
  process.exitCode = 1
  if (error instanceof ConfigError) {
    console.error('The configuration cannot be used:')
    for (const problem of error.problems) console.error(`  ${problem}`)
    return
  }
  console.error(`facet: ${messageOf(error)}`)
  if (!(error instanceof FacetError)) return
  for (const { path, message } of error.errors) {
    if (message !== error.message) console.error(`  ${path}: ${indent(message)}`)
  }
}

/** Keeps carets under their filter when a message has several lines. */
export function indent(message: string): string {
  return message.includes('\n') ? `\n    ${message.replaceAll('\n', '\n    ')}` : message
}
