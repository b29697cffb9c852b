import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { parse } from 'yaml'
import type { ImportedPolicies } from '../../access/policies/import/import-policies.ts'
import { createClient } from '../client.ts'
import { visible } from '../table.ts'
import { onService } from './users.ts'

interface Flags {
  readonly server?: string
  readonly database?: string
  readonly json?: boolean
  readonly dryRun?: boolean
}

export function policiesCommand(): Command {
  const imports = onService(
    new Command('import')
      .description('Make policies of access rules for agents, instead of those imported before.')
      .option('--dry-run', 'say what would become of which policy, and change nothing'),
  )
    .argument('<file>', 'JSON with agents, and what each is allowed and denied')
    .action(async (file: string, flags: Flags) => {
      const rules: unknown = parse(readFileSync(file, 'utf8'))
      const path = `/policies/import${flags.dryRun ? '?dry_run=true' : ''}`
      const outcome = await createClient(flags).request<ImportedPolicies>('POST', path, rules)
      if (flags.json) console.log(JSON.stringify(outcome, null, 2))
      else report(outcome)
    })
  const policies = new Command('policies').description('Who may do what.')
  return policies.addCommand(imports)
}

function report(outcome: ImportedPolicies): void {
  for (const what of ['created', 'changed', 'unchanged', 'removed'] as const) {
    for (const id of outcome[what]) console.log(`${what.padEnd(10)} ${id}`)
  }
  for (const { path, message } of outcome.notes) {
    console.log(`note       ${visible(path)}: ${visible(message)}`)
  }
  if (outcome.dry_run) console.log('Nothing was changed.')
}
