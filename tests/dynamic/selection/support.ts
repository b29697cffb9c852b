import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { FakeModel, Wire } from '../../selection/support/fake-model.ts'
import { KEY, profile } from '../../selection/support/selection.ts'
import { tool } from '../../support/bodies.ts'
import { type StartOptions, startFacet, type TestFacet } from '../../support/facet.ts'

export const FINANCE = 'Select tools related to finance'

/** Pauses short enough to wait for. */
const TIMING = { coalesceMs: 5, retryMs: 5, refreshAfterMs: 60_000 }

export type Kind = Exclude<Wire, 'embeddings'>

export interface SelectingOptions extends StartOptions {
  readonly kind?: Kind
  /** Further fields of the model profile. */
  readonly model?: Record<string, unknown>
}

/** A Facet whose one model is the fake. */
export function startSelecting(
  fake: FakeModel,
  { kind = 'openai', model, settings, ...options }: SelectingOptions = {},
): Promise<TestFacet> {
  return startFacet({
    environment: { MODEL_KEY: KEY },
    timing: TIMING,
    ...options,
    settings: { models: [profile(fake, kind, model)], ...settings },
  })
}

export function llmRule(more: Record<string, unknown> = {}) {
  return { type: 'tool', mode: 'llm', llm_prompt: FINANCE, ...more }
}

export function post(facet: TestFacet, name: string, more: Record<string, unknown> = {}) {
  return facet.ok<{ id: string }>(
    'POST',
    '/tools',
    tool(name, { description: `Does ${name}`, ...more }),
  )
}

export function serve(facet: TestFacet, id: string, ...rules: readonly object[]) {
  return facet.ok('POST', '/dynamic', { id, name: id, rules })
}

/** Names of the tools a server shows now. */
export async function shown({ ok }: TestFacet, id: string): Promise<string[]> {
  const { tools } = await ok<{ tools: { name: string }[] }>('GET', `/dynamic/${id}/tools?limit=500`)
  return tools.map(({ name }) => name).sort()
}

/** A file for a database that outlives one Facet. */
export function databaseFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'facet-selection-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'facet.db')
}
