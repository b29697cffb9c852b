import { join } from 'node:path'
import { llmRule, startSelecting } from '../../dynamic/selection/support.ts'
import { FakeModel } from '../../selection/support/fake-model.ts'
import { bearer, type MadeKey, userWithKey } from '../../support/accounts.ts'
import type { TestFacet } from '../../support/facet.ts'
import { fakeTool } from '../../support/fake-upstream.ts'
import { connectClient } from '../../support/mcp.ts'
import { startOAuthUpstream } from '../../support/oauth-upstream.ts'
import { ADMIN_TOKEN } from '../../support/openapi.ts'
import { type SdkUpstream, startSdkUpstream } from '../../support/sdk-upstream.ts'
import { inState } from '../../support/wait.ts'

const RULES = join(import.meta.dirname, '../../../rules')
const READS = { annotations: { readOnlyHint: true } }
const DESTROYS = { annotations: { destructiveHint: true } }

export interface Acme {
  readonly facet: TestFacet
  readonly admin: MadeKey
  readonly viewer: MadeKey
  readonly editor: MadeKey
}

/** A service as one that is in use: sources in every state, servers, people, policies, traffic. */
export async function startAcme(): Promise<Acme> {
  const drive = await startOAuthUpstream()
  const facet = await startSelecting(await FakeModel.start(), {
    listen: true,
    as: ADMIN_TOKEN,
    model: { prices: { input: 1, output: 5 } },
    limits: { backoffMs: 60_000, maxBackoffMs: 60_000 },
    settings: { admin_token: ADMIN_TOKEN, rules: RULES, http_allowed_hosts: ['127.0.0.1'] },
  })
  await addSources(facet, drive.url)
  await addTools(facet)
  await addServers(facet)
  const admin = await userWithKey(facet, 'grace', ['admin'], { name: 'Laptop' })
  const viewer = await userWithKey(facet, 'victor', ['viewer'])
  const editor = await userWithKey(facet, 'edith', ['editor'])
  await addPeople(facet)
  await addTraffic(facet)
  return { facet, admin, viewer, editor }
}

function github(upstream: SdkUpstream): void {
  const schema = {
    type: 'object',
    properties: {
      repo: { type: 'string', description: 'Owner and name, such as acme/website' },
      state: { enum: ['open', 'closed', 'all'], description: 'Which of them' },
      labels: { type: 'array', items: { type: 'string' } },
      draft: { type: 'boolean' },
      limit: { type: 'number', description: 'How many at most' },
    },
    required: ['repo'],
  }
  upstream.tools.push(
    fakeTool('list_issues', {
      description: 'Lists the issues of a repository.',
      inputSchema: schema,
      ...READS,
    }),
    fakeTool('create_issue', {
      description: 'Opens an issue in a repository.',
      inputSchema: schema,
    }),
    fakeTool('search_code', {
      description: 'Searches the code of every repository that the account can read.',
      ...READS,
    }),
    fakeTool('merge_pull_request', {
      description: 'Merges a pull request into its base branch.',
      ...DESTROYS,
    }),
  )
  upstream.prompts.push({
    name: 'review_change',
    description: 'Reviews a change as a colleague would.',
  })
  upstream.resources.push({ uri: 'repo://acme/readme', name: 'readme', mimeType: 'text/markdown' })
  upstream.resourceTemplates.push({
    uriTemplate: 'repo://{owner}/{name}/file/{path}',
    name: 'file',
  })
}

function crm(upstream: SdkUpstream): void {
  upstream.tools.push(
    fakeTool('find_customer', {
      description: 'Finds customers by name, number or address.',
      ...READS,
    }),
    fakeTool('update_customer', { description: 'Changes what is known about a customer.' }),
    fakeTool('list_tickets', { description: 'Lists the open tickets of a customer.', ...READS }),
    { name: 'broken tool', inputSchema: { type: 'object' } },
  )
}

async function addSources(facet: TestFacet, drive: string): Promise<void> {
  const { ok } = facet
  for (const [id, offer, description, tags] of [
    ['github', github, 'Issues, code and pull requests', ['engineering']],
    ['crm', crm, 'Customers and their tickets', ['support']],
  ] as const) {
    const upstream = await startSdkUpstream('modern')
    offer(upstream)
    upstream.call = async ({ name, arguments: args }) => ({
      content: [{ type: 'text', text: `${name} got ${JSON.stringify(args)}` }],
      ...(name === 'update_customer' ? { isError: true } : {}),
    })
    await ok('POST', '/sources', {
      id,
      description,
      tags,
      transport: { type: 'http', url: upstream.url },
    })
    await inState(facet, id, 'up')
    await ok('POST', `/sources/${id}/sync`, {})
  }
  const away = { type: 'http', url: 'http://127.0.0.1:1/mcp' }
  await ok('POST', '/sources', {
    id: 'warehouse',
    description: 'Stock and orders',
    transport: away,
  })
  const behind = { ...away, headers: { 'X-Team': 'stock' } }
  await ok('POST', '/sources', { id: 'calendar', enabled: false, transport: behind })
  const auth = { auth: { type: 'oauth' } }
  await ok('POST', '/sources', {
    id: 'drive',
    description: 'Documents',
    transport: { type: 'http', url: drive, ...auth },
  })
  await inState(facet, 'drive', 'authorization_required')
  await inState(facet, 'warehouse', 'down')
}

async function addTools({ ok }: TestFacet): Promise<void> {
  const handler = { type: 'http', url: 'https://api.example.com/x' }
  const inputSchema = {
    type: 'object',
    properties: {
      customer: { type: 'string', description: 'Number of the customer' },
      month: { type: 'string' },
    },
    required: ['customer'],
  }
  for (const tool of [
    {
      name: 'list_invoices',
      tags: ['finance'],
      description: 'Lists the invoices of a customer.',
      ...READS,
    },
    {
      name: 'pay_invoice',
      tags: ['finance', 'write'],
      description: 'Pays an invoice from the company account.',
    },
    {
      name: 'stock_price',
      tags: ['finance', 'markets'],
      description: 'Tells the price of a stock, 15 minutes late.',
      ...READS,
    },
    {
      name: 'search_contracts',
      tags: ['legal'],
      description: 'Finds contracts by party, term and clause.',
      ...READS,
    },
    {
      name: 'archive_contract',
      tags: ['legal', 'write'],
      description: 'Moves a contract to the archive.',
      deprecated: true,
    },
    { name: 'send_mail', tags: ['office'], description: 'Sends a mail.', enabled: false },
  ]) {
    await ok('POST', '/tools', { ...tool, inputSchema, handler })
  }
}

async function addServers({ ok }: TestFacet): Promise<void> {
  const by = (filter: string) => ({ type: 'tool', filter, include_federated: true })
  await ok('POST', '/dynamic', {
    id: 'finance',
    name: 'Finance',
    description: 'Invoices, payments and markets',
    access: 'policy',
    rules: [
      by("'finance' in tags"),
      { ...by("'write' in tags && !('finance' in tags)"), effect: 'exclude' },
    ],
  })
  await ok('PATCH', '/dynamic/finance', { instructions: 'Ask before paying.' })
  await ok('PATCH', '/dynamic/finance', {
    max_tools: 20,
    overrides: [
      { match: { type: 'tool', source: 'manual', name: 'stock_price' }, title: 'Price of a stock' },
    ],
  })
  const github = ['tool', 'prompt', 'resource', 'resource_template'].map((type) => ({
    ...by("source == 'github'"),
    type,
  }))
  await ok('POST', '/dynamic', {
    id: 'engineering',
    name: 'Engineering',
    description: 'What developers work with',
    access: 'open',
    rules: github,
  })
  await ok('POST', '/dynamic', {
    id: 'support',
    name: 'Customer support',
    admission: 'review',
    access: 'open',
    rules: [by("'support' in tags || name == 'list_invoices'")],
  })
  await ok('POST', '/tools', {
    name: 'refund_order',
    tags: ['support', 'write'],
    description: 'Gives a customer their money back.',
    handler: { type: 'http', url: 'https://api.example.com/x' },
  })
  await ok('POST', '/dynamic', {
    id: 'risk',
    name: 'Risk desk',
    status: 'draft',
    rules: [llmRule()],
  })
}

async function addPeople({ ok }: TestFacet): Promise<void> {
  await ok('POST', '/users', {
    id: 'ada',
    name: 'Ada Lovelace',
    roles: ['client'],
    groups: ['risk', 'finance'],
    attributes: { team: 'risk' },
  })
  await ok('POST', '/users/ada/keys', { name: 'Laptop', expires_in_days: 90 })
  await ok('POST', '/users/ada/keys', {
    name: 'Nightly report',
    servers: ['finance'],
    roles: ['client'],
  })
  await ok('POST', '/users', { id: 'old-bot', name: 'Old bot', roles: ['client'], disabled: true })
  await ok('POST', '/policies', {
    id: 'finance-reads',
    effect: 'allow',
    description: 'Finance reads everything of finance',
    who: "'finance' in caller.groups",
    what: "'finance' in tags && annotations.readOnlyHint == true",
    server: ['finance'],
  })
  await ok('POST', '/policies', {
    id: 'no-writes',
    effect: 'deny',
    description: 'Nobody but administrators changes anything',
    who: "!('admin' in caller.roles)",
    what: "'write' in tags",
  })
  await ok('POST', '/guards', {
    id: 'short-arguments',
    kind: 'arguments',
    what: "source == 'github'",
    max_chars: 60,
    deny: [{ pattern: 'rm\\s+-rf', message: 'Not here.' }],
  })
  await ok('POST', '/guards', {
    id: 'slow-down',
    kind: 'rate',
    what: 'true',
    limit: 600,
    per_seconds: 60,
    per: ['caller'],
  })
}

/** Calls as a working day has them: most succeed, some fail, one is refused by a guard. */
async function addTraffic(facet: TestFacet): Promise<void> {
  const { key } = await facet.ok<MadeKey>('POST', '/users/ada/keys', { name: 'Agent' })
  const calls = {
    engineering: [
      ...Array(14).fill('list_issues'),
      ...Array(9).fill('search_code'),
      ...Array(3).fill('create_issue'),
    ],
    support: [
      ...Array(7).fill('find_customer'),
      ...Array(4).fill('update_customer'),
      ...Array(6).fill('list_tickets'),
    ],
  }
  for (const [server, names] of Object.entries(calls)) {
    const client = await connectClient(`${facet.url}/dynamic/${server}/mcp`, 'auto', {
      headers: bearer(key),
    })
    await client.listTools()
    for (const name of names)
      await client.callTool({ name, arguments: { repo: 'acme/website' } }).catch(() => undefined)
    if (server === 'engineering') {
      const long = 'a text that is far longer than the guard before this tool lets anybody send'
      await client
        .callTool({ name: 'create_issue', arguments: { repo: 'acme/website', title: long } })
        .catch(() => undefined)
    }
    await client.close()
  }
}
