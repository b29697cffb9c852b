import { type CompiledRule, compileRules } from '../../dynamic/compile.ts'
import type { FileServer } from '../../dynamic/rules-directory.ts'
import type { CatalogEntries } from './catalog.ts'
import type { Finding, Lint } from './finding.ts'
import { lintAgainst } from './lint-catalog.ts'
import { lintAlone } from './lint-static.ts'

/** Looks through the rules of files; without a catalog at their text alone. */
export function lint(files: readonly FileServer[], catalog: CatalogEntries | undefined): Lint[] {
  return files.flatMap(({ file, definition }) => {
    const rules = compileRules(definition.rules)
    return rules.flatMap((rule) =>
      lintRule(rule, rules, catalog).map((finding) => ({
        path: `${file}: rules[${rule.index}]`,
        ...finding,
      })),
    )
  })
}

function lintRule(
  rule: CompiledRule,
  rules: readonly CompiledRule[],
  catalog: CatalogEntries | undefined,
): Finding[] {
  const alone = lintAlone(rule, rules)
  // What the text says already needs no entries to prove it.
  const said = new Set(alone.map(({ code }) => code))
  const found = catalog ? lintAgainst(rule, rules, catalog) : []
  return [...alone, ...found.filter(({ code }) => !said.has(code))]
}
