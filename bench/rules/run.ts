import { parseArgs } from 'node:util'
import { benchDelay } from './delay.ts'
import { benchEvaluation, benchPostings } from './evaluation.ts'
import { benchRules } from './rules.ts'
import { benchScale } from './scale.ts'

/** Times the rule engine: `npm run bench:rules`, or a part of it with `-- --only evaluation,rules`. */

const { values } = parseArgs({
  options: { only: { type: 'string', default: 'evaluation,postings,rules,delay,scale' } },
})

const PARTS: Readonly<Record<string, () => void | Promise<void>>> = {
  evaluation: () => benchEvaluation(41),
  postings: () => benchPostings(41),
  rules: () => benchRules(3),
  delay: benchDelay,
  scale: benchScale,
}

console.log(`Node ${process.version}; medians\n`)
console.log('| what | measured | bound | |')
console.log('| --- | --- | --- | --- |')
for (const part of values.only.split(',')) await PARTS[part]?.()
