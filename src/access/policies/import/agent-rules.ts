import { z } from 'zod'
import { idSchema } from '../../../sources/definition.ts'

const AGENT = /^[A-Za-z0-9_.-]{1,128}$/
/** Names of tools, with `*` for any text. Other signs of patterns would not mean what they meant. */
const PATTERN = /^[^\p{Cc}'"\\?[\]]{1,256}$/u

const server = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[^\p{Cc}'"\\?[\]]+$/u)
const servers = z
  .array(server)
  .max(1_000)
  .default([])
  .refine((names) => names.every((name) => name === '*' || !name.includes('*')), {
    error: 'A server is a whole name, or * alone.',
  })
const pattern = z.string().regex(PATTERN, {
  error: 'A pattern is the name of a tool, in which * stands for any text.',
})
const tools = z.record(server, z.array(pattern).max(1_000)).default({})
const side = z.strictObject({ servers, tools }).default({ servers: [], tools: {} })

/** Access rules for agents, as gateways of their kind keep them in a file. */
export const agentRules = z
  .strictObject({
    agents: z.record(
      z.string().regex(AGENT, 'The id of an agent is letters, digits, _, . and -.'),
      z.strictObject({ allow: side, deny: side, description: z.string().max(1_024).optional() }),
    ),
    defaults: z.strictObject({ deny_on_missing_agent: z.boolean().default(true) }).default({
      deny_on_missing_agent: true,
    }),
    default_agent: z.string().regex(AGENT).optional().meta({
      description:
        'The agent of callers who name none, unless that is denied; default when absent.',
    }),
    server: z.array(idSchema).min(1).max(1_000).optional().meta({
      description: 'The dynamic servers the policies are for; all of them when absent.',
    }),
  })
  .superRefine(({ agents, defaults, default_agent: fallback = 'default' }, context) => {
    if (defaults.deny_on_missing_agent || Object.hasOwn(agents, fallback)) return
    const message = `Callers who name no agent would be ${fallback}, which has no rules.`
    context.addIssue({ code: 'custom', path: ['defaults', 'deny_on_missing_agent'], message })
  })
  .meta({ id: 'AgentRules' })

export type AgentRules = z.output<typeof agentRules>
export type AgentSide = z.output<typeof side>
