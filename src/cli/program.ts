import { Command } from 'commander'
import { VERSION } from '../version.ts'
import { checkCommand } from './commands/check.ts'
import { demoCommand } from './commands/demo.ts'
import { diffCommand } from './commands/diff.ts'
import { evalCommand } from './commands/eval.ts'
import { eventsCommand } from './commands/events.ts'
import { explainCommand } from './commands/explain.ts'
import { exportCommand } from './commands/export.ts'
import { guardsCommand } from './commands/guards.ts'
import { importCommand } from './commands/import.ts'
import { initCommand } from './commands/init.ts'
import { keysCommand } from './commands/keys.ts'
import { listCommand } from './commands/list.ts'
import { policiesCommand } from './commands/policies.ts'
import { previewCommand } from './commands/preview.ts'
import { serveCommand } from './commands/serve.ts'
import { sourcesCommand } from './commands/sources.ts'
import { usageCommand } from './commands/usage.ts'
import { usersCommand } from './commands/users.ts'

const EXAMPLES = `
Examples:
  facet demo                         try it: three upstream servers, five dynamic ones
  facet serve                        start the service on http://127.0.0.1:8420
  facet import ~/.cursor/mcp.json    add the servers of a client's configuration
  facet sources                      how upstream servers are doing, and where to sign in
  facet check rules/                 find mistakes in rule files before they are served
  facet diff rules/                  what they would change, as a comment on a pull request
  facet preview rules/legal.yaml     see what a rule file would select from the live catalog
  facet list legal                   what a dynamic server shows now
  facet explain legal search         why an entry is in a dynamic server, or why not
  facet events --follow              what is decided and called, as it happens
  facet eval questions.jsonl         how well search finds what it should

Commands about the catalog call the running service: --server, FACET_SERVER, or the one on
this machine. With an admin token, set FACET_ADMIN_TOKEN.`

/** The whole command line. docs/reference/cli.md is compared with it by a test. */
export function createProgram(): Command {
  const program = new Command('facet')
    .description('Dynamic virtual MCP servers: rule-driven catalogs, served live.')
    .version(VERSION)
    .showHelpAfterError('(facet --help lists the commands)')
    .addHelpText('after', EXAMPLES)
  const commands = [
    serveCommand(),
    initCommand(),
    usersCommand(),
    keysCommand(),
    policiesCommand(),
    guardsCommand(),
    demoCommand(),
    importCommand(),
    sourcesCommand(),
    previewCommand(),
    checkCommand(),
    diffCommand(),
    exportCommand(),
    listCommand(),
    explainCommand(),
    eventsCommand(),
    usageCommand(),
    evalCommand(),
  ]
  for (const command of commands) program.addCommand(command)
  return program
}
