import { RE2JS } from 're2js'

const cache = new Map<string, (uri: string) => Record<string, string> | undefined>()
const MAX_CACHED = 5_000

/**
 * Matches a URI against a URI template (RFC 6570) and gives the variables it holds, or undefined.
 *
 * Templates come from upstreams, so matching takes time linear in the URI. Simple `{a}`, reserved
 * `{+a}`, fragment `{#a}`, path `{/a}`, label `{.a}` and query `{?a,b}` `{&a}` expressions are
 * understood; a template with anything else matches nothing.
 */
export function matchUriTemplate(
  template: string,
  uri: string,
): Record<string, string> | undefined {
  let match = cache.get(template)
  if (!match) {
    if (cache.size >= MAX_CACHED) cache.clear()
    match = compile(template)
    cache.set(template, match)
  }
  return match(uri)
}

const never = () => undefined
const EXPRESSION = /\{([+#./?&]?)([A-Za-z0-9_.,%*:-]+)\}/g

function compile(template: string): (uri: string) => Record<string, string> | undefined {
  const names: string[] = []
  let pattern = ''
  let end = 0
  for (const match of template.matchAll(EXPRESSION)) {
    pattern += RE2JS.quote(template.slice(end, match.index))
    pattern += expression(match[1]!, match[2]!.split(','), names)
    end = match.index + match[0].length
  }
  const rest = template.slice(end)
  if (names.length === 0 || names.length > 32 || /[{}]/.test(rest)) return never
  try {
    const compiled = RE2JS.compile(`^${pattern}${RE2JS.quote(rest)}$`)
    return (uri) => {
      const matcher = compiled.matcher(uri)
      if (uri.length > 4096 || !matcher.find()) return undefined
      return Object.fromEntries(names.map((name, i) => [name, decode(matcher.group(i + 1))]))
    }
  } catch {
    return never
  }
}

const SEPARATORS: Readonly<Record<string, [first: string, next: string]>> = {
  '': ['', ','],
  '+': ['', ','],
  '#': ['#', ','],
  '.': ['\\.', '\\.'],
  '/': ['/', '/'],
  '?': ['\\?', '&'],
  '&': ['&', '&'],
}

function expression(operator: string, variables: readonly string[], names: string[]): string {
  const [first, next] = SEPARATORS[operator]!
  const named = operator === '?' || operator === '&'
  const value = operator === '+' || operator === '#' ? '(.+)' : '([^/?#&,]+)'
  return variables
    .map((variable, i) => {
      const name = variable.replace(/[*:].*$/, '')
      names.push(name)
      const separator = i === 0 ? first : next
      if (named) return `(?:${separator}${RE2JS.quote(name)}=([^&#]*))?`
      return separator + value
    })
    .join('')
}

function decode(text: string | null | undefined): string {
  if (text === null || text === undefined) return ''
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
