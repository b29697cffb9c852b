#!/usr/bin/env node
// Checked before anything is imported: the sources use what older versions do not have.
const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  console.error(`Facet needs Node.js 24 or newer; this is ${process.versions.node}.`)
  console.error('npm has installed one: use npx facet, or in a checkout npm run facet -- --help')
  process.exit(1)
}
await import('../dist/cli/main.js')
