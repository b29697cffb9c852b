import { parseArgs } from 'node:util'
import { fuzz } from './fuzz.ts'

/** Tries filters nobody would write: `npm run fuzz [-- --filters 200000 --seed 1 --seconds 600]`. */

const { values } = parseArgs({
  options: {
    filters: { type: 'string', default: '250000' },
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '600' },
  },
})

const started = performance.now()
const { broken, ...report } = fuzz({
  filters: Number(values.filters),
  seed: Number(values.seed),
  within: Number(values.seconds) * 1000,
})
const seconds = (performance.now() - started) / 1000
console.log(JSON.stringify({ seed: Number(values.seed), seconds: Math.round(seconds), ...report }))
for (const { filter, what } of broken.slice(0, 20))
  console.error(`${what}: ${JSON.stringify(filter)}`)
if (broken.length > 0) process.exitCode = 1
