import { z } from 'zod'
import { FacetError } from '../../errors/facet-error.ts'
import type { Put } from './definitions.ts'
import type { Checked } from './write.ts'

/**
 * Definitions of the configuration file: each as it would be posted, under an id. What is refused
 * there is refused here, with the same code and place.
 */
export function configuredDefinitions<D>(
  plural: 'policies' | 'guards',
  check: (body: unknown) => Checked<D>,
) {
  const one = z.unknown().transform((body, context): Put<D> => {
    try {
      const { id, definition } = check(body)
      if (id !== undefined) return { id, definition }
      const message = 'In this file it needs an id.'
      context.addIssue({ code: 'custom', path: ['id'], message })
    } catch (error) {
      if (!(error instanceof FacetError)) throw error
      for (const { path, message, ...params } of error.errors) {
        context.addIssue({ code: 'custom', path: partsOf(path), message, params })
      }
    }
    return z.NEVER
  })
  return z
    .array(one)
    .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, {
      error: `Two ${plural} have the same id.`,
    })
    .default([])
}

/** `deny[0].pattern` as `deny`, 0, `pattern` */
function partsOf(path: string): (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([part, index]) =>
    index === undefined ? part : Number(index),
  )
}
