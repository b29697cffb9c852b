import { basename } from 'node:path'
import { Command } from 'commander'
import type { Preview, PreviewEntry } from '../../dynamic/preview.ts'
import { readRulesFile } from '../../dynamic/rules-directory.ts'
import { createClient } from '../client.ts'
import { askingLine, estimateOf } from '../estimate.ts'
import { table } from '../table.ts'

interface Flags {
  readonly server?: string
  readonly database?: string
  readonly json?: boolean
  readonly ask?: boolean
}

export function previewCommand(): Command {
  return new Command('preview')
    .description('Show what a rules file would select from the live catalog; writes nothing.')
    .argument('<file>', 'a dynamic server as YAML or JSON')
    .option('--ask', 'ask models about what they have not judged; the cost is printed first')
    .option('-s, --server <url>', 'the running service (FACET_SERVER)')
    .option('--database <file>', 'database of the local service, to find it')
    .option('--json', 'print the preview as JSON')
    .action(async (file: string, flags: Flags) => {
      const { definition } = readRulesFile(file, basename(file))
      const { rules } = definition
      const client = createClient(flags)
      let preview = await client.request<Preview>('POST', '/dynamic/preview', { rules })
      const estimate = flags.ask ? estimateOf(preview) : undefined
      if (estimate) {
        console.error(askingLine(estimate))
        preview = await client.request<Preview>('POST', '/dynamic/preview?ask=true', { rules })
      }
      if (flags.json) console.log(JSON.stringify(preview, null, 2))
      else report(preview)
    })
}

function report(preview: Preview): void {
  const lists = {
    tools: preview.tools,
    prompts: preview.prompts,
    resources: preview.resources,
    resource_templates: preview.resource_templates,
  }
  for (const [noun, entries] of Object.entries(lists)) {
    if (entries.length === 0) continue
    console.log(`${entries.length} ${noun.replaceAll('_', ' ')}`)
    console.log(table(entries.map(row)))
  }
  const { tools } = preview.counts
  if (tools > 0) console.log(`about ${preview.estimated_tokens} tokens for ${tools} tools`)
  for (const { rule, message } of preview.warnings) {
    console.log(`warning: ${rule === undefined ? '' : `rules[${rule}]: `}${message}`)
  }
}

function row({ name, source, tags, matched_by }: PreviewEntry): string[] {
  return ['  ', name, source, `rules ${matched_by.join(', ')}`, tags.join(' ')]
}
