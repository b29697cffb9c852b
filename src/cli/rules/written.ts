import { isDeepStrictEqual } from 'node:util'
import { stringify } from 'yaml'
import { ruleSchema, type ServerDefinition, serverDefinition } from '../../dynamic/definition.ts'

type Fields = Record<string, unknown>

/** A server as somebody would write it: what is the default anyway is left out. */
export function written(definition: ServerDefinition): Fields & { rules: Fields[] } {
  const short = shortened(definition, (fields) => serverDefinition.safeParse(fields).data)
  // Without it the access would be what is usual where the file is read.
  return { ...short, access: definition.access, rules: definition.rules.map(writtenRule) }
}

export function writtenRule(rule: ServerDefinition['rules'][number]): Fields {
  return shortened(rule, (fields) => ruleSchema.safeParse(fields).data)
}

/** The text of a rules file. @param id only where the name of the file does not say it */
export function rulesFileText(definition: ServerDefinition, id?: string): string {
  return stringify(
    { ...(id === undefined ? {} : { id }), ...written(definition) },
    { lineWidth: 0 },
  )
}

/** Leaves out every field without which the rest is read as the same. */
export function shortened(whole: object, read: (fields: Fields) => unknown): Fields {
  let short: Fields = { ...whole }
  for (const field of Object.keys(short)) {
    const { [field]: _, ...rest } = short
    if (isDeepStrictEqual(read(rest), whole)) short = rest
  }
  return short
}
