import { readFileSync } from 'node:fs'
import { Command, InvalidArgumentError, Option } from 'commander'
import type { EntryDocument } from '../../catalog/entry.ts'
import { ENTRY_TYPES, type EntryType } from '../../rules/fields.ts'
import { type Labelled, readLabelled } from '../../selection/evaluation/labelled.ts'
import { type Named, scoreRanked, scoreSets } from '../../selection/evaluation/score.ts'
import { type Client, createClient } from '../client.ts'
import { type AskingEstimate, addUp, askingLine } from '../estimate.ts'
import {
  type Answering,
  askingHere,
  askingService,
  type Mode,
  searching,
} from '../eval/answering.ts'
import { fetchDocuments, readDocuments } from '../eval/entries.ts'
import { type Evaluation, evaluationLines, ranked, unordered } from '../eval/report.ts'

interface Flags {
  readonly mode: Mode
  readonly type: EntryType
  readonly catalog?: string
  readonly provider?: string
  readonly minRecall?: number
  readonly yes?: boolean
  readonly server?: string
  readonly database?: string
  readonly json?: boolean
}

export function evalCommand(): Command {
  return new Command('eval')
    .description('Measure how well search or rules in words find what labelled questions ask for.')
    .argument('<labelled>', 'JSON lines, {"query": "…", "relevant": ["name"]} each')
    .addOption(
      new Option('-m, --mode <mode>', 'how questions are answered')
        .choices(['search', 'semantic', 'llm'])
        .default('search'),
    )
    .addOption(
      new Option('-t, --type <type>', 'what is looked for').choices(ENTRY_TYPES).default('tool'),
    )
    .option('--catalog <file>', 'entries of a file instead of those of the running service')
    .option('--provider <model>', 'mode llm: id or kind of the model that is asked')
    .option('--min-recall <share>', 'exit with 2 when recall (of the first 10) is below', share)
    .option('--yes', 'ask the model: without it, what that would cost is printed and exit with 2')
    .option('-s, --server <url>', 'the running service (FACET_SERVER)')
    .option('--database <file>', 'database of the local service, to find it')
    .option('--json', 'print the evaluation as JSON')
    .action(evaluate)
}

async function evaluate(file: string, flags: Flags): Promise<void> {
  const labelled = readLabelled(readFileSync(file, 'utf8'))
  const client = flags.catalog === undefined ? createClient(flags) : undefined
  const documents = client
    ? await fetchDocuments(client, flags.type)
    : readDocuments(flags.catalog!, flags.type)
  const answering = await open(flags, documents, client)
  try {
    const asked = await estimated(labelled, answering)
    if (asked) console.error(askingLine(asked))
    if (asked && !flags.yes) {
      console.error('Nothing was asked. With --yes it is.')
      process.exitCode = 2
      return
    }
    const evaluation = await evaluated(labelled, documents, answering, flags.mode, asked)
    if (flags.json) console.log(JSON.stringify(evaluation, null, 2))
    else report(evaluation)
    const recall = evaluation.recall ?? evaluation.recall_at![10]
    if (flags.minRecall !== undefined && recall < flags.minRecall) process.exitCode = 2
  } finally {
    await answering.close()
  }
}

async function open(
  flags: Flags,
  documents: readonly EntryDocument[],
  client?: Client,
): Promise<Answering> {
  const { mode, type, provider } = flags
  if (mode === 'search') return searching(documents)
  const question = { mode, type, provider }
  if (client) return askingService(client, question)
  const { localSelections } = await import('../eval/local-selections.ts')
  return askingHere(localSelections(), documents, question)
}

async function estimated(
  labelled: readonly Labelled[],
  answering: Answering,
): Promise<AskingEstimate | undefined> {
  const estimates: AskingEstimate[] = []
  for (const query of new Set(labelled.map(({ query }) => query))) {
    const estimate = await answering.estimate(query)
    if (estimate) estimates.push(estimate)
  }
  return addUp(estimates)
}

async function evaluated(
  labelled: readonly Labelled[],
  documents: readonly EntryDocument[],
  answering: Answering,
  mode: Mode,
  asked: AskingEstimate | undefined,
): Promise<Evaluation> {
  const answers: (readonly Named[])[] = []
  for (const { query } of labelled) answers.push(await answering.answer(query))
  const there = new Set(documents.flatMap(({ id, name }) => [id, name]))
  const labels = new Set(labelled.flatMap(({ relevant }) => relevant))
  const score =
    mode === 'llm'
      ? unordered(scoreSets(labelled, answers))
      : ranked(scoreRanked(labelled, answers))
  const { isAboveRun: _, ...cost } = asked ?? { isAboveRun: false }
  return {
    mode,
    entries: documents.length,
    unknown: [...labels].filter((label) => !there.has(label)),
    ...(asked && { asked: cost as Omit<AskingEstimate, 'isAboveRun'> }),
    ...score,
  }
}

function report(evaluation: Evaluation): void {
  const { unknown } = evaluation
  if (unknown.length > 0) {
    const names = unknown.slice(0, 10).join(', ')
    console.error(`warning: ${unknown.length} labels name no entry: ${names}`)
  }
  for (const line of evaluationLines(evaluation)) console.log(line)
}

function share(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= 0 && value <= 1) return value
  throw new InvalidArgumentError('Expected a number from 0 to 1.')
}
