import type { JsonObject } from '../../store/ports.ts'
import type { ServerDefinition } from '../definition.ts'

/** Hits a page of `search_tools` has when nothing is asked for, and at most. */
export const PAGE = { usual: 8, most: 25 } as const

/** Tools described at once. */
export const MAX_DESCRIBED = 25

const READS = { readOnlyHint: true, idempotentHint: true, openWorldHint: false }
/** What is called through them can be anything. */
const RUNS = { readOnlyHint: false, destructiveHint: true, openWorldHint: true }

const text = (description: string): JsonObject => ({ type: 'string', description })
const object = (properties: JsonObject, required: string[] = []): JsonObject => ({
  type: 'object',
  properties,
  ...(required.length > 0 ? { required } : {}),
})
const args = (description: string): JsonObject => ({ type: 'object', description })
const list = (items: JsonObject): JsonObject => ({ type: 'array', items })

const hit = object(
  {
    name: text('Give this to describe_tool and call_tool'),
    title: text('For people'),
    description: text('What it does, cut when long'),
    source: text('Where it comes from'),
    tags: list({ type: 'string' }),
    score: { type: 'number', description: 'Larger is better, within this answer' },
    listed: { type: 'boolean', description: 'true: call it by its own name, not by call_tool' },
  },
  ['name', 'source', 'tags', 'score', 'listed'],
)

const NATIVE: readonly JsonObject[] = [
  {
    name: 'search_tools',
    title: 'Search tools',
    description:
      'Finds tools of this server by what they do. Ask for one step at a time, in a few words; then read describe_tool and run call_tool.',
    inputSchema: object(
      {
        query: { ...text('What the tool should do'), minLength: 1, maxLength: 1_000 },
        limit: { type: 'integer', minimum: 1, maximum: PAGE.most, default: PAGE.usual },
        source: text('Only tools of this source'),
        tags: { ...list({ type: 'string' }), maxItems: 50, description: 'Only with all of these' },
      },
      ['query'],
    ),
    outputSchema: object({ tools: list(hit) }, ['tools']),
    annotations: READS,
  },
  {
    name: 'describe_tool',
    title: 'Describe tools',
    description: 'Everything about tools by name: description, input and output schema.',
    inputSchema: object(
      {
        names: {
          ...list({ type: 'string' }),
          minItems: 1,
          maxItems: MAX_DESCRIBED,
          description: 'Names from search_tools',
        },
      },
      ['names'],
    ),
    outputSchema: object({ tools: list({ type: 'object' }), unknown: list({ type: 'string' }) }, [
      'tools',
      'unknown',
    ]),
    annotations: READS,
  },
  {
    name: 'call_tool',
    title: 'Call a tool',
    description: 'Runs a tool that search_tools found and answers what it answers.',
    inputSchema: object(
      { name: text('Name from search_tools'), arguments: args('As its input schema wants them') },
      ['name'],
    ),
    annotations: RUNS,
  },
]

const agent = text('Act as this agent, if you may: you then use what both may use')

const ALIASES: Readonly<Record<'gateway' | 'proxy', readonly JsonObject[]>> = {
  gateway: [
    {
      name: 'list_servers',
      description: 'The sources that the tools of this server come from.',
      inputSchema: object({ agent_id: agent, include_metadata: { type: 'boolean' } }),
      outputSchema: object({ servers: list({ type: 'object' }) }, ['servers']),
      annotations: READS,
    },
    {
      name: 'get_server_tools',
      description: 'The tools of one source, with their schemas.',
      inputSchema: object(
        {
          agent_id: agent,
          server: text('A name from list_servers'),
          names: text('Only these names, separated by commas'),
          pattern: text('Only names like this; * is any text, ? one character'),
          max_schema_tokens: {
            type: 'integer',
            minimum: 1,
            description: 'Stop before the tools take more tokens than this',
          },
        },
        ['server'],
      ),
      outputSchema: object(
        {
          tools: list({ type: 'object' }),
          server: text('The source'),
          total_available: { type: 'integer' },
          returned: { type: 'integer' },
          tokens_used: { type: ['integer', 'null'] },
          truncated: { type: 'boolean' },
          error: text('Why there are no tools'),
        },
        ['tools', 'server', 'total_available', 'returned', 'tokens_used'],
      ),
      annotations: READS,
    },
    {
      name: 'execute_tool',
      description: 'Runs a tool of a source and answers what it answers.',
      inputSchema: object(
        {
          agent_id: agent,
          server: text('A name from list_servers'),
          tool: text('A name from get_server_tools'),
          args: args('As its input schema wants them'),
          timeout_ms: { type: 'integer', minimum: 1, maximum: 3_600_000 },
        },
        ['server', 'tool'],
      ),
      annotations: RUNS,
    },
  ],
  proxy: [
    {
      name: 'proxy__tools',
      description: 'Names of the tools of this server.',
      inputSchema: object({
        dynamic_only: { type: 'boolean', description: 'Only those that proxy__run calls' },
      }),
      annotations: READS,
    },
    {
      name: 'proxy__run',
      description: 'Runs a tool that is not listed and answers what it answers.',
      inputSchema: object(
        { tool: text('A name from proxy__tools'), arguments: args('As its schema wants them') },
        ['tool'],
      ),
      annotations: RUNS,
    },
  ],
}

type Exposed = Pick<ServerDefinition, 'exposure' | 'search_aliases'>

/** The tools of a server's own by which its members are found and called; none when all are listed. */
export function metaToolsOf({ exposure, search_aliases }: Exposed): readonly JsonObject[] {
  if (exposure !== 'search') return []
  return [...NATIVE, ...[...new Set(search_aliases)].flatMap((alias) => ALIASES[alias])]
}

/** Names that members of a server cannot have, because tools of its own have them. */
export function reservedNames(definition: Exposed): ReadonlySet<string> {
  return new Set(metaToolsOf(definition).map(({ name }) => String(name)))
}
