import { parseArgs } from 'node:util'
import { compareCalls } from './calls.ts'
import { compareLists } from './lists.ts'
import { compareStreams } from './streams.ts'

/**
 * Times what is served over MCP, always beside a bare HTTP server in the same minutes.
 *
 *   node bench/wire/run.ts [--only lists,calls,streams] [--tools 100,1000] [--seconds 4] [--rounds 3]
 *                          [--streams 10000] [--node-options --cpu-prof,--cpu-prof-dir=/tmp/profile]
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'lists,calls,streams' },
    tools: { type: 'string', default: '100,1000' },
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '3' },
    streams: { type: 'string', default: '10000' },
    'node-options': { type: 'string', default: '' },
  },
})
const seconds = Number(values.seconds)
const rounds = Number(values.rounds)
const nodeOptions = values['node-options'].split(',').filter(Boolean)

const parts: Record<string, () => Promise<void>> = {
  lists: async () => {
    for (const count of values.tools.split(',').map(Number)) {
      await compareLists(count, seconds, rounds, nodeOptions)
    }
  },
  calls: () => compareCalls(seconds, rounds, nodeOptions),
  streams: () => compareStreams(Number(values.streams), nodeOptions),
}
for (const part of values.only.split(',')) {
  const run = parts[part]
  if (!run) throw new Error(`There is no part ${part}; there are ${Object.keys(parts).join(', ')}.`)
  await run()
}
