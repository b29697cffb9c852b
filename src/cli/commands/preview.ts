import { basename } from 'node:path'
import { Command } from 'commander'
import { askedInAddress } from '../../access/asked-caller.ts'
import type { Preview, PreviewEntry } from '../../dynamic/preview.ts'
import { type FileServer, readRulesFile } from '../../dynamic/rules-directory.ts'
import { createClient } from '../client.ts'
import { askingLine, estimateOf } from '../estimate.ts'
import { table, visible } from '../table.ts'

interface Flags {
  readonly server?: string
  readonly database?: string
  readonly json?: boolean
  readonly ask?: boolean
  readonly caller?: string
}

export function previewCommand(): Command {
  return new Command('preview')
    .description('Show what a rules file would select from the live catalog; writes nothing.')
    .argument('<file>', 'a dynamic server as YAML or JSON')
    .option('--ask', 'ask models about what they have not judged; the cost is printed first')
    .option('--caller <who>', 'through whose eyes: the id of a user, or a caller as JSON')
    .option('-s, --server <url>', 'the running service (FACET_SERVER)')
    .option('--database <file>', 'database of the local service, to find it')
    .option('--json', 'print the preview as JSON')
    .action(async (file: string, flags: Flags) => {
      const body = {
        definition: written(readRulesFile(file, basename(file))),
        ...(flags.caller === undefined ? {} : { caller: askedInAddress(flags.caller) }),
      }
      const client = createClient(flags)
      let preview = await client.request<Preview>('POST', '/dynamic/preview', body)
      const estimate = flags.ask ? estimateOf(preview) : undefined
      if (estimate) {
        console.error(askingLine(estimate))
        preview = await client.request<Preview>('POST', '/dynamic/preview?ask=true', body)
      }
      if (flags.json) console.log(JSON.stringify(preview, null, 2))
      else report(preview)
    })
}

/** The server as a file says it: what it is silent about is for the service to say. */
function written({ id, definition, saysAccess }: FileServer) {
  const { access, ...rest } = definition
  return { id, ...rest, ...(saysAccess ? { access } : {}) }
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
  if (preview.caller) {
    const { id, not_permitted, hidden } = preview.caller
    const left = `${sum(not_permitted)} that policies keep back, ${sum(hidden)} hidden`
    console.log(`as ${visible(id === '' ? 'the caller' : id)} sees it; left out: ${left}`)
  }
  if (tools > 0) console.log(`about ${preview.estimated_tokens} tokens for ${tools} tools`)
  for (const { rule, message } of preview.warnings) {
    console.log(`warning: ${rule === undefined ? '' : `rules[${rule}]: `}${message}`)
  }
}

function sum(counts: Preview['counts']): number {
  return Object.values(counts).reduce((all, count) => all + count, 0)
}

function row({ name, source, tags, matched_by }: PreviewEntry): string[] {
  return ['  ', name, source, `rules ${matched_by.join(', ')}`, tags.join(' ')]
}
