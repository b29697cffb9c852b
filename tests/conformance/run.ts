/**
 * Runs both lines of the official conformance suite against a dynamic server whose entries all
 * come from the fixture upstream of this folder, and the client scenarios against a Facet whose
 * upstream is the suite: `npm run conformance`. `-- --brief` leaves out old upstreams and client
 * scenarios outside of the suite `core`; `-- --verbose` prints what the suites print. Exits with 1
 * when a check fails that `expected.ts` does not name, or when one that it names passes.
 */
import { runCore, runMore } from './client-suite.ts'
import { CURRENT, OLD, type Report, runLeg } from './server-legs.ts'

const verbose = process.argv.includes('--verbose')
const brief = process.argv.includes('--brief')

let isGood = true
function print(report: Report): void {
  isGood &&= report.isGood
  console.log(report.lines.join('\n'))
}

// Legs share nothing, and wait more than they work.
for (const legs of brief ? [CURRENT] : [CURRENT, OLD]) {
  for (const report of await Promise.all(legs.map((leg) => runLeg(leg, verbose)))) print(report)
}
print(await runCore(verbose))
if (!brief) print(await runMore(verbose))
process.exit(isGood ? 0 : 1)
