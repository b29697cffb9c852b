import { describe, expect, it } from 'vitest'
import { server, tool } from '../support/bodies.ts'
import { startFacet } from '../support/facet.ts'
import { runFacet } from '../support/process.ts'

const explain = (...args: string[]) => runFacet(['explain', ...args])

async function running() {
  const facet = await startFacet({ listen: true })
  await facet.ok('POST', '/tools', tool('send', { tags: ['mail'], description: '\u001b[31mred' }))
  const filter = "'mail' in tags && (deprecated || description =~ '^x')"
  await facet.ok('POST', '/dynamic', server('s', { type: 'tool', filter }))
  return facet
}

describe('facet explain', () => {
  it('prints a tree of stages, rules and clauses, with what would have to change', async () => {
    const { url } = await running()
    const { code, out } = await explain('s', 'send', '--server', url)
    expect(code).toBe(0)
    expect(out.split('\n')).toEqual([
      'tool send of manual',
      'Out: no rule includes it. To let it in: set deprecated to true.',
      '',
      '✓ enabled  it is enabled',
      '✗ select   no rule includes it',
      "    ✗ rules[0] include: 'mail' in tags && (deprecated || description =~ '^x')",
      "        ✓ 'mail' in tags   (tags is ['mail'])",
      "        ✗ (deprecated || description =~ '^x')",
      '          ✗ deprecated   (deprecated is false)',
      "          ✗ description =~ '^x'   (description is '␛[31mred')",
      '· review   the server has no review',
      '· override the server has no overrides',
      '· shadow   not reached',
      '· permit   the server is open, and nothing is denied',
      '· budget   there is no budget for it',
      '· hide     no caller is asked about',
      '· listed   not reached',
      '',
      'to let it in by rules[0]',
      '  - set deprecated to true',
      '',
    ])
  })

  it('prints the answer of the service with --json', async () => {
    const { url, ok } = await running()
    const { out } = await explain('s', 'send', '--type', 'tool', '--json', '--server', url)
    expect(JSON.parse(out)).toEqual(await ok('GET', '/dynamic/s/explain?type=tool&name=send'))
  })

  it('says which name was meant, and exits with 1', async () => {
    const { url } = await running()
    const { code, err } = await explain('s', 'sned', '--server', url)
    expect([code, err]).toEqual([1, "facet: There is no entry 'sned'. Did you mean 'send'?\n"])
  })

  it('looks through the eyes of a caller, and shows what policies say', async () => {
    const { ok, url } = await running()
    const rules = { type: 'tool', filter: 'true' }
    await ok('POST', '/dynamic', server('p', rules, { access: 'policy' }))
    const who = "'risk' in caller.groups"
    await ok('POST', '/policies', { id: 'mail', effect: 'allow', who, what: "'mail' in tags" })
    const caller = '{"groups": ["law"]}'
    const { code, out } = await explain('p', 'send', '--caller', caller, '--server', url)
    expect(code).toBe(0)
    expect(out).toContain(
      [
        '✗ permit   nothing allows it, and what nothing allows is denied',
        '    ✗ allow mail',
        "        ✗ who: 'risk' in caller.groups",
        "          ✗ 'risk' in caller.groups   (caller.groups is ['law'])",
        "        ✓ what: 'mail' in tags",
        "          ✓ 'mail' in tags   (tags is ['mail'])",
      ].join('\n'),
    )
    expect(out).toContain("  - of the policy 'mail', have its who match the caller")
  })

  it('names the guards that would look at each call', async () => {
    const { ok, url } = await running()
    await ok('POST', '/dynamic', server('g', { type: 'tool', filter: 'true' }))
    await ok('POST', '/guards', { id: 'short', kind: 'arguments', what: 'true', max_chars: 9 })
    const who = "'bots' in caller.groups"
    await ok('POST', '/guards', { id: 'slow', kind: 'rate', what: 'true', who, limit: 5 })
    const { out } = await explain('g', 'send', '--server', url)
    expect(out).toContain(
      [
        'guards that look at each call',
        '  - short (arguments): the arguments have at most 9 characters',
        '  - slow (rate): at most 5 calls in 60 s, for each caller   (stops some callers only: say one to know)',
      ].join('\n'),
    )
  })
})
