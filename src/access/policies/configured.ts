import { z } from 'zod'
import { FacetError } from '../../errors/facet-error.ts'
import { idSchema } from '../../sources/definition.ts'
import { compilePolicy } from './compile.ts'
import { policyInput } from './definition.ts'

/** A policy of the configuration file: as it would be posted, under an id; its filters are right. */
export const configuredPolicy = policyInput
  .safeExtend({ id: idSchema })
  .superRefine((policy, context) => {
    try {
      compilePolicy(policy)
    } catch (error) {
      if (!(error instanceof FacetError)) throw error
      for (const { path, message } of error.errors) {
        context.addIssue({ code: 'custom', path: [path], message })
      }
    }
  })
  .transform(({ id, ...definition }) => ({ id, definition }))

export const configuredPolicies = z
  .array(configuredPolicy)
  .refine((policies) => new Set(policies.map(({ id }) => id)).size === policies.length, {
    error: 'Two policies have the same id.',
  })
  .default([])
