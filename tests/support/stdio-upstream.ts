import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Server } from '@modelcontextprotocol/server'
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio'

/**
 * An upstream over stdio, run as a child process. What it does is told by its arguments:
 * `--pid FILE` writes its process id, `--fail TEXT` complains and ends at once.
 */
const argument = (name: string) => {
  const index = process.argv.indexOf(`--${name}`)
  return index < 0 ? undefined : process.argv[index + 1]
}

const failure = argument('fail')
if (failure) {
  console.error(failure)
  process.exit(3)
}
const pidFile = argument('pid')
if (pidFile) writeFileSync(pidFile, String(process.pid))

const server = new Server(
  { name: 'stdio', version: '1.0.0' },
  { capabilities: { tools: {}, logging: {} } },
)
const tools = ['env', 'exit', 'echo', 'flood', 'steps', 'ask', 'log', 'pid'].map((name) => ({
  name,
  inputSchema: { type: 'object' as const },
}))
server.setRequestHandler('tools/list', () => ({ tools }))
server.setRequestHandler('tools/call', async ({ params }, { mcpReq }) => {
  const { name, arguments: args = {} } = params
  const progressToken = mcpReq._meta?.progressToken
  if (name === 'steps' && progressToken !== undefined) {
    // All in one write with the result, as a fast tool would.
    process.stdout.cork()
    setTimeout(() => process.stdout.uncork(), 20)
    for (const progress of [1, 2, 3]) {
      await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress } })
    }
  }
  if (name === 'ask') {
    const requestedSchema = { type: 'object' as const, properties: {} }
    const { action } = await server.elicitInput({ message: String(args.question), requestedSchema })
    return { content: [{ type: 'text', text: action }] }
  }
  if (name === 'log') {
    for (let i = 0; i < 3; i++) {
      await server.sendLoggingMessage({ level: 'info', data: `${args.text} ${i}` })
      await sleep(Number(args.ms ?? 0))
    }
  }
  if (name === 'pid') return { content: [{ type: 'text', text: String(process.pid) }] }
  if (name === 'exit') process.exit(0)
  if (name === 'flood') process.stdout.write('x'.repeat(20 * 2 ** 20))
  const value = name === 'env' ? process.env : args
  return { content: [{ type: 'text', text: JSON.stringify(value) }] }
})
await server.connect(new StdioServerTransport())
