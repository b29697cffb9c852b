import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { clean } from '../text/clean.ts'
import type { SearchDocument } from './port.ts'

/** Turns texts into vectors; an embeddings profile of the administrator. */
export interface Embedder {
  /** Part of the key of every stored vector: another model means other vectors. */
  readonly model: string
  /** One vector a text, in order. @throws {ModelError} */
  embed(texts: readonly string[]): Promise<readonly Float32Array[]>
}

/** Keeps vectors by model and hash of the text, so that a text is embedded once. */
export interface VectorCache {
  load(model: string, hashes: readonly string[]): Promise<ReadonlyMap<string, Float32Array>>
  save(model: string, vectors: ReadonlyMap<string, Float32Array>): Promise<void>
}

type Deliver = (vectors: ReadonlyMap<string, Float32Array>) => void

const BATCH = 64
const MAX_TEXT = 1_000
const QUESTIONS = 1_000

/**
 * Vectors for documents and questions: from the cache where the text is known, else embedded in
 * the background. Without a provider search goes on by words alone.
 */
export class Meanings {
  readonly #embedder: Embedder
  readonly #cache: VectorCache
  readonly #questions = new LRUCache<string, Float32Array>({ max: QUESTIONS })
  /** Ids that want the vector of a text, by its hash. */
  readonly #wanted = new Map<string, { text: string; ids: Set<string> }>()
  #working: Promise<void> | undefined
  #deliver: Deliver = () => undefined

  constructor(embedder: Embedder, cache: VectorCache) {
    this.#embedder = embedder
    this.#cache = cache
  }

  /** Who gets vectors, by id of the document. */
  set deliver(deliver: Deliver) {
    this.#deliver = deliver
  }

  want(documents: readonly SearchDocument[]): void {
    for (const document of documents) {
      const text = textOf(document)
      const hash = hashOf(text)
      const wanted = this.#wanted.get(hash)
      if (wanted) wanted.ids.add(document.id)
      else this.#wanted.set(hash, { text, ids: new Set([document.id]) })
    }
    void this.#work()
  }

  /** The vector of a question; undefined when it cannot be had now. */
  async vectorOf(question: string): Promise<Float32Array | undefined> {
    const text = clean(question, MAX_TEXT)
    const hash = hashOf(text)
    const known = this.#questions.get(hash)
    if (known) return known
    try {
      const vector = (await this.#vectors(new Map([[hash, text]]))).get(hash)
      if (vector) this.#questions.set(hash, vector)
      return vector
    } catch {
      return undefined
    }
  }

  /** Waits until all wanted vectors are there. Answers whether they are. */
  async settled(): Promise<boolean> {
    await this.#work()
    return this.#wanted.size === 0
  }

  #work(): Promise<void> {
    if (this.#wanted.size === 0 && !this.#working) return Promise.resolve()
    this.#working ??= this.#drain()
    return this.#working
  }

  async #drain(): Promise<void> {
    // What cannot be embedded now stays wanted, and is tried again with the next question.
    while (this.#wanted.size > 0 && (await this.#embedBatch())) {}
    this.#working = undefined
  }

  async #embedBatch(): Promise<boolean> {
    const batch = [...this.#wanted].slice(0, BATCH)
    let vectors: Map<string, Float32Array>
    try {
      vectors = await this.#vectors(new Map(batch.map(([hash, { text }]) => [hash, text])))
    } catch {
      return false
    }
    const byId = new Map<string, Float32Array>()
    for (const [hash, { ids }] of batch) {
      this.#wanted.delete(hash)
      for (const id of ids) byId.set(id, vectors.get(hash)!)
    }
    this.#deliver(byId)
    return true
  }

  async #vectors(texts: ReadonlyMap<string, string>): Promise<Map<string, Float32Array>> {
    const { model } = this.#embedder
    const vectors = new Map(await this.#cache.load(model, [...texts.keys()]))
    const missing = [...texts].filter(([hash]) => !vectors.has(hash))
    if (missing.length === 0) return vectors
    const made = await this.#embedder.embed(missing.map(([, text]) => text))
    const fresh = new Map(missing.map(([hash], i) => [hash, made[i]!]))
    await this.#cache.save(model, fresh)
    return new Map([...vectors, ...fresh])
  }
}

function textOf({ name, title, description, arguments: names, tags }: SearchDocument): string {
  const parts = [name, title, description, names.join(' '), tags.join(' ')]
  return parts
    .flatMap((part) => clean(part, MAX_TEXT) || [])
    .join('\n')
    .slice(0, MAX_TEXT)
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 32)
}
