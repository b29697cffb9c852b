import { z } from 'zod'
import { idSchema } from '../../sources/definition.ts'

export const ACTIONS = ['list', 'call', 'read', 'write', 'manage'] as const
export type Action = (typeof ACTIONS)[number]

/** What is shown can be used, so these are one decision. */
const USE: readonly Action[] = ['list', 'call', 'read']

const filter = z.string().min(1).max(2_048)

/**
 * Who may, or may not, do what. The texts of the filters are checked when the policy is compiled,
 * so that a mistake is reported with its position.
 */
const fields = {
  description: z.string().max(1_024).optional(),
  effect: z.enum(['allow', 'deny']),
  who: filter.meta({
    description: 'An expression over caller.*; true is everybody.',
    example: "'risk' in caller.groups",
  }),
  what: filter.meta({
    description: 'A filter over entries; true is every entry.',
    example: "'finance' in tags",
  }),
  actions: z
    .array(z.enum(ACTIONS))
    .min(1)
    .max(ACTIONS.length)
    .default([...USE])
    .meta({ description: 'list, call and read are one decision for each entry.' }),
  server: z
    .union([idSchema.transform((id) => [id]), z.array(idSchema).min(1).max(1_000)])
    .optional()
    .meta({ description: 'The servers it is for; all of them when absent.' }),
}

const wholeServers =
  'manage is about servers as a whole: what must be true, and server says which ones.'
const everyServer =
  'write is about entries, which are the same on every server: leave server out, and say in what which entries.'
const showsNothing = 'list alone would show what cannot be used; add call, read or both.'

export const policyDefinition = z.strictObject(fields).superRefine((policy, context) => {
  const { effect, actions } = policy
  const isIdle = actions.every((action) => action === 'list')
  if (effect === 'allow' && isIdle) {
    context.addIssue({ code: 'custom', path: ['actions'], message: showsNothing })
  }
})

/** What would be stored without a meaning is refused; what is stored already fails closed. */
export const policyInput = policyDefinition
  .safeExtend({ id: idSchema.optional() })
  .superRefine(({ actions, what, server }, context) => {
    if (actions.includes('manage') && what.trim() !== 'true') {
      context.addIssue({ code: 'custom', path: ['what'], message: wholeServers })
    }
    if (actions.includes('write') && server !== undefined) {
      context.addIssue({ code: 'custom', path: ['server'], message: everyServer })
    }
  })
  .meta({ id: 'PolicyInput' })

export type PolicyDefinition = z.output<typeof policyDefinition>
