import type { StartOptions } from '../../support/facet.ts'
import { fakeTool } from '../../support/fake-upstream.ts'
import { type Era, EVERYTHING, type Federated, federate } from '../../support/federated.ts'

export type Json = Record<string, unknown>

/** A tool with an argument for every kind of override. */
export const CREATE_ISSUE = {
  type: 'object',
  properties: {
    repo: { $ref: '#/$defs/repo' },
    title: { type: 'string' },
    token: { type: 'string' },
    region: { type: 'string', enum: ['eu', 'us'], 'x-mcp-header': 'Region' },
  },
  required: ['repo', 'title'],
  additionalProperties: false,
  $defs: { repo: { type: 'string', pattern: '^[a-z]+/[a-z]+$' } },
}

export const MATCH = { source: 'up', name: 'create_issue' }

export const ACME = {
  match: MATCH,
  name: 'report_bug',
  title: 'Report a bug',
  description: 'Opens an issue about Acme.',
  arguments: { repo: { fixed: 'acme/x' }, token: { hidden: true }, region: { fixed: 'eu' } },
}

export interface Overridden extends Federated {
  /** Endpoint of a server `o` with the overrides. */
  readonly endpoint: string
}

/** An upstream with a tool `create_issue` behind a server that shows it otherwise. */
export async function withOverrides(
  overrides: readonly object[] = [ACME],
  more: Json = {},
  options: StartOptions & { era?: Era } = {},
): Promise<Overridden> {
  const { era = 'modern', ...rest } = options
  const federated = await federate(
    era,
    ({ tools, prompts, resources }) => {
      tools.push(fakeTool('create_issue', { inputSchema: CREATE_ISSUE }))
      prompts.push({ name: 'greet', description: 'Greets' })
      resources.push({ uri: 'docs://a', name: 'a' })
    },
    rest,
  )
  await federated.facet.ok('POST', '/dynamic', {
    id: 'o',
    name: 'O',
    // The upstream has no templates.
    rules: EVERYTHING.slice(0, 3),
    overrides,
    ...more,
  })
  return { ...federated, endpoint: `${federated.facet.url}/dynamic/o/mcp` }
}
