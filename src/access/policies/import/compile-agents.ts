import { createHash } from 'node:crypto'
import type { PolicyDefinition } from '../definition.ts'
import type { AgentRules, AgentSide } from './agent-rules.ts'

/** What imported policies begin with: importing again replaces these, and no others. */
export const IMPORTED = 'agents-'
export const IMPORTED_FOR = 'Imported for the agent '

/** Room left in a filter for what stands around the names. */
const MAX_CHARS = 1_500
const MAX_NAMES = 40

/** Such rules are about tools: they open neither prompts nor resources. */
const IS_TOOL = `type == 'tool'`

export interface ImportedPolicy {
  readonly id: string
  readonly definition: PolicyDefinition
}

export interface ImportNote {
  readonly path: string
  readonly message: string
}

/**
 * Turns access rules for agents into policies that say the same: what is denied, by name or by
 * pattern, is denied whatever is allowed; then what is allowed by name or pattern; then all tools of
 * an allowed server for which no tools are named; then nothing.
 */
export function compileAgents(rules: AgentRules): {
  readonly policies: readonly ImportedPolicy[]
  readonly notes: readonly ImportNote[]
} {
  const policies: ImportedPolicy[] = []
  const notes: ImportNote[] = []
  for (const [agent, { allow, deny }] of Object.entries(rules.agents)) {
    const who = whoOf(agent, rules)
    const add = (effect: 'allow' | 'deny', filters: readonly string[]) => {
      for (const [i, what] of filters.entries()) {
        const id = `${IMPORTED}${slugOf(agent)}-${effect}-${i + 1}`
        policies.push({ id, definition: definitionOf(agent, effect, who, what, rules) })
      }
    }
    add('deny', deniesOf(deny))
    add('allow', allowsOf(allow))
    notes.push(...notesOn(agent, allow, deny))
  }
  return { policies, notes }
}

function definitionOf(
  agent: string,
  effect: 'allow' | 'deny',
  who: string,
  what: string,
  { server }: AgentRules,
): PolicyDefinition {
  const description = `${IMPORTED_FOR}${agent}.`
  const actions = ['list', 'call', 'read'] as PolicyDefinition['actions']
  return { description, effect, who, what, actions, ...(server ? { server } : {}) }
}

/** The agent itself, however it comes: with a credential of its own, or named by a caller. */
function whoOf(agent: string, { agents, defaults, default_agent = 'default' }: AgentRules): string {
  const itself = `caller.id == ${quote(agent)}`
  if (defaults.deny_on_missing_agent || agent !== default_agent) return itself
  // An agent that is named and unknown is not one that is missing.
  const others = Object.keys(agents).filter((other) => other !== agent)
  const named = others.length > 0 ? ` && !(caller.id in [${others.map(quote).join(', ')}])` : ''
  return `${itself} || (caller.agent == null${named})`
}

function deniesOf({ servers, tools }: AgentSide): string[] {
  if (servers.includes('*')) return ['true']
  const whole = chunks(servers.map(quote)).map((names) => `source in [${names.join(', ')}]`)
  return [...whole, ...Object.entries(tools).flatMap(([server, some]) => named(server, some))]
}

/** A server that is allowed allows all its tools, unless tools are named for it or for all. */
function allowsOf({ servers, tools }: AgentSide): string[] {
  const everywhere = toolsAt(tools, '*')
  const lists = Object.entries(tools).filter(([server, some]) => server !== '*' && some.length > 0)
  if (servers.includes('*')) {
    const filters = lists.flatMap(([server, some]) => named(server, some))
    if (everywhere.length > 0) return [...filters, ...named('*', everywhere)]
    const others = lists.map(([server]) => quote(server)).join(', ')
    return [...filters, others === '' ? IS_TOOL : `${IS_TOOL} && !(source in [${others}])`]
  }
  const toolsOf = (server: string) => [...toolsAt(tools, server), ...everywhere]
  const whole = servers.filter((server) => toolsOf(server).length === 0).map(quote)
  return [
    ...servers.flatMap((server) => named(server, toolsOf(server))),
    ...chunks(whole).map((names) => `${IS_TOOL} && source in [${names.join(', ')}]`),
  ]
}

/** A server may be called like a member every object has. */
function toolsAt(tools: AgentSide['tools'], server: string): readonly string[] {
  return Object.hasOwn(tools, server) ? tools[server]! : []
}

/** Tools of a server by name and by pattern. */
function named(server: string, some: readonly string[]): string[] {
  const source = server === '*' ? '' : ` && source == ${quote(server)}`
  if (some.includes('*')) return [`${IS_TOOL}${source}`]
  const plain = some.filter((pattern) => !pattern.includes('*')).map(quote)
  const patterns = some
    .filter((pattern) => pattern.includes('*'))
    .map((pattern) => `glob(name, ${quote(pattern)})`)
  return [
    ...chunks(plain).map((names) => `${IS_TOOL}${source} && name in [${names.join(', ')}]`),
    ...chunks(patterns).map((tests) => `${IS_TOOL}${source} && (${tests.join(' || ')})`),
  ]
}

/** As many as one filter can hold. */
function chunks(terms: readonly string[]): string[][] {
  const all: string[][] = []
  let size = MAX_CHARS
  for (const term of terms) {
    const last = all.at(-1)
    if (!last || size + term.length > MAX_CHARS || last.length >= MAX_NAMES) {
      all.push([term])
      size = term.length
    } else {
      last.push(term)
      size += term.length + 4
    }
  }
  return all
}

function notesOn(agent: string, allow: AgentSide, deny: AgentSide): ImportNote[] {
  const { servers, tools } = allow
  const isAllowed = (server: string) =>
    server === '*' || servers.includes('*') || servers.includes(server)
  const idle = Object.keys(tools).filter((server) => !isAllowed(server))
  const outranked = Object.entries(tools).flatMap(([server, some]) =>
    some
      .filter((name) => !name.includes('*'))
      .filter((name) => toolsAt(deny.tools, server).some((pattern) => isLike(name, pattern)))
      .map((name) => ({
        path: `agents.${agent}.allow.tools.${server}`,
        message: `${name} is allowed by name and denied by a pattern; what is denied stays denied.`,
      })),
  )
  return [
    ...idle.map((server) => ({
      path: `agents.${agent}.allow.tools.${server}`,
      message: `${server} is not among the allowed servers, so this allows nothing.`,
    })),
    ...outranked,
  ]
}

function isLike(name: string, pattern: string): boolean {
  const parts = pattern.split('*')
  let at = 0
  for (const [i, part] of parts.entries()) {
    const found =
      i === parts.length - 1 && i > 0 ? name.length - part.length : name.indexOf(part, at)
    if (found < at || !name.startsWith(part, found) || (i === 0 && found !== 0)) return false
    at = found + part.length
  }
  return at === name.length
}

/** Equal for no two agents, and an id. */
function slugOf(agent: string): string {
  const plain = agent
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 32)
  if (plain === agent) return plain
  const digest = createHash('sha256').update(agent).digest('hex').slice(0, 8)
  return plain === '' ? digest : `${plain}-${digest}`
}

const quote = (text: string) => `'${text}'`
