/** A condition that needs no filter language. */
export type Condition =
  | { readonly kind: ValuedKind; readonly value: string }
  | { readonly kind: 'read_only' | 'not_destructive' | 'not_deprecated' }

export type ValuedKind = 'tag' | 'not_tag' | 'name' | 'source'

const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
const unquote = (text: string) => text.replace(/\\(.)/g, '$1')

const TEXT = "'((?:[^'\\\\]|\\\\.)*)'"

/** A tool that says nothing about it may destroy, as MCP has it. */
const NOT_DESTRUCTIVE = '(annotations.readOnlyHint == true || annotations.destructiveHint == false)'

const exact = (text: string) => text.replace(/[.()|]/g, '\\$&')

const FORMS: readonly [RegExp, (value: string) => Condition][] = [
  [new RegExp(`^${TEXT} in tags$`), (value) => ({ kind: 'tag', value: unquote(value) })],
  [new RegExp(`^!\\(${TEXT} in tags\\)$`), (value) => ({ kind: 'not_tag', value: unquote(value) })],
  [
    new RegExp(`^contains\\(name, ${TEXT}\\)$|^${TEXT} in name$`),
    (value) => ({ kind: 'name', value: unquote(value) }),
  ],
  [new RegExp(`^source == ${TEXT}$`), (value) => ({ kind: 'source', value: unquote(value) })],
  [/^annotations\.readOnlyHint == true$/, () => ({ kind: 'read_only' })],
  [new RegExp(`^${exact(NOT_DESTRUCTIVE)}$`), () => ({ kind: 'not_destructive' })],
  [/^!deprecated$/, () => ({ kind: 'not_deprecated' })],
]

/** The filter that conditions mean, all of them together; `true` for none. */
export function filterOf(conditions: readonly Condition[]): string {
  return conditions.map(written).join(' && ') || 'true'
}

function written(condition: Condition): string {
  switch (condition.kind) {
    case 'tag':
      return `${quote(condition.value)} in tags`
    case 'not_tag':
      return `!(${quote(condition.value)} in tags)`
    case 'name':
      return `${quote(condition.value)} in name`
    case 'source':
      return `source == ${quote(condition.value)}`
    case 'read_only':
      return 'annotations.readOnlyHint == true'
    case 'not_destructive':
      return NOT_DESTRUCTIVE
    case 'not_deprecated':
      return '!deprecated'
  }
}

/** The conditions a filter is made of; undefined for one that says more than conditions can. */
export function conditionsOf(filter: string): Condition[] | undefined {
  if (filter.trim() === 'true') return []
  const found = filter.split(' && ').map((part) => {
    for (const [form, make] of FORMS) {
      const match = form.exec(part.trim())
      if (match) return make(match.slice(1).find((group) => group !== undefined) ?? '')
    }
    return undefined
  })
  return found.every((condition) => condition !== undefined) ? found : undefined
}
