import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Argument, Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import { ROOT } from '../support/docs.ts'

const read = (page: string) => readFileSync(join(ROOT, 'docs/reference', page), 'utf8')

/** A command as the page shows it: its heading, its first sentence, and its table. */
interface Section {
  readonly description: string
  readonly rows: ReadonlyMap<string, { readonly meaning: string; readonly value: string }>
}

function sections(): Map<string, Section> {
  const parts = read('cli.md').split(/^## /m).slice(1)
  const found = new Map<string, Section>()
  for (const part of parts) {
    const heading = /^`facet ([^`]+)`\n\n(.+)\n/.exec(part)
    if (!heading) continue
    const rows = [...part.matchAll(/^\| `([^`]+)` \| (.+?) \|(?: (?:`(.*)`)? ?\|)?$/gm)]
    found.set(heading[1]!, {
      description: heading[2]!,
      rows: new Map(
        rows.map(([, flag, meaning, value = '']) => [flag!, { meaning: meaning!, value }]),
      ),
    })
  }
  return found
}

function usageOf(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`
  return argument.required ? `<${name}>` : `[${name}]`
}

/** `users add` */
const nameOf = (command: Command): string =>
  command.parent?.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name()

const headingOf = (command: Command) =>
  [nameOf(command), ...command.registeredArguments.map(usageOf)].join(' ')

/** Flags that stand in config.md: settings, which only `facet serve` takes. */
function settingFlags(): string[] {
  return [...read('config.md').matchAll(/^\| `\w+` \|.*\| `(--[a-z-]+)` \|/gm)].map(
    ([, flag]) => flag!,
  )
}

/** Commands that do something: of a group, those in it. */
const commands = createProgram().commands.flatMap((command) =>
  command.commands.length > 0 ? command.commands : [command],
)

describe('docs/reference/cli.md', () => {
  it('has a section for every command, and for no other', () => {
    expect([...sections().keys()].sort()).toEqual(commands.map(headingOf).sort())
    const listed = [...read('cli.md').matchAll(/^\| \[`([\w ]+)`\]/gm)].map(([, name]) => name!)
    expect(listed.sort()).toEqual(commands.map(nameOf).sort())
  })

  it.each(commands.map((command) => [nameOf(command), command] as const))(
    'has what `facet %s` says of itself, with all its arguments and flags',
    (name, command) => {
      const { description, rows } = sections().get(headingOf(command))!
      expect(description).toBe(command.description())
      const settings = name === 'serve' ? settingFlags() : []
      const options = command.options.filter(({ long }) => !settings.includes(long!))
      const known = [
        ...command.registeredArguments.map((argument) => ({
          flag: argument.name(),
          meaning: argument.description,
          value: '',
        })),
        ...options.map(({ flags, description: meaning, defaultValue }) => ({
          flag: flags,
          meaning,
          value: defaultValue === undefined ? '' : String(defaultValue),
        })),
      ]
      const written = [...rows].map(([flag, { meaning, value }]) => ({ flag, meaning, value }))
      expect(written).toEqual(known)
    },
  )

  it('leaves to config.md exactly the flags that are settings', () => {
    const serve = commands.find((command) => command.name() === 'serve')!
    const own = [...sections().get('serve')!.rows.keys()].map((flags) => flags.split(', ').at(-1)!)
    const written = [...settingFlags(), ...own.map((flag) => flag.split(' ')[0]!)]
    expect(written.sort()).toEqual(serve.options.map(({ long }) => long!).sort())
  })
})
