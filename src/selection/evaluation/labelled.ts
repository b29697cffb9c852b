import { z } from 'zod'

/** A question and what a good answer to it has: ids or names of entries. */
export interface Labelled {
  readonly query: string
  readonly relevant: readonly string[]
}

/** A line of a labelled file that cannot be used. */
export class LabelledError extends Error {}

const line = z.object({
  query: z.string().min(1),
  relevant: z.array(z.string().min(1)).min(1),
})

/** Reads JSON lines, `{"query": "…", "relevant": ["name"]}` each. @throws {LabelledError} */
export function readLabelled(text: string): Labelled[] {
  const all = text.split('\n').flatMap((content, i) => {
    if (content.trim() === '') return []
    const parsed = line.safeParse(parse(content))
    if (parsed.success) return [parsed.data]
    const { path, message } = parsed.error.issues[0]!
    throw new LabelledError(
      `Line ${i + 1}: ${path.length > 0 ? `${path.join('.')}: ` : ''}${message}`,
    )
  })
  if (all.length > 0) return all
  throw new LabelledError('There is no labelled question in the file.')
}

function parse(content: string): unknown {
  try {
    return JSON.parse(content)
  } catch {
    return undefined
  }
}
