import { z } from 'zod'

/** At most this many tags on one entry, of at most this many characters each. */
export const MAX_TAGS = 64
export const MAX_TAG_CHARACTERS = 64

const TAG = /^[\p{L}\p{M}\p{N}\-_.:/]+$/u

/** A tag: letters, marks and digits of any script and `-_.:/`; white space around it is dropped. */
export const tagSchema = z
  .string()
  .trim()
  .refine((tag) => TAG.test(tag), 'A tag holds letters, digits and - _ . : / only.')
  .refine(
    (tag) => [...tag].length <= MAX_TAG_CHARACTERS,
    `A tag has at most ${MAX_TAG_CHARACTERS} characters.`,
  )
  .meta({ description: 'Letters and digits of any script and - _ . : /', example: 'finance' })

/** A set of tags: repeated ones are dropped, case is kept and the order as written. */
export const tagsSchema = z
  .array(tagSchema)
  .transform((tags) => [...new Set(tags)])
  .refine((tags) => tags.length <= MAX_TAGS, `At most ${MAX_TAGS} tags.`)

/** The tags of text nobody here wrote: what is not a tag is left out, what is too much cut off. */
export function cleanTags(values: unknown): string[] {
  if (!Array.isArray(values)) return []
  const tags = values.flatMap((value) => {
    const parsed = tagSchema.safeParse(value)
    return parsed.success ? [parsed.data] : []
  })
  return [...new Set(tags)].slice(0, MAX_TAGS)
}

/** What was set here, kept apart from what the source declares. */
export interface TagOverlay {
  readonly addedTags: readonly string[]
  readonly removedTags: readonly string[]
}

/** The tags shown: those of the source without the removed ones, then the added ones. */
export function shownTags(base: readonly string[], overlay: TagOverlay): string[] {
  const kept = base.filter((tag) => !overlay.removedTags.includes(tag))
  return [...new Set([...kept, ...overlay.addedTags])]
}

/** The overlay that makes `wanted` the set shown over what the source declares now. */
export function overlayFor(base: readonly string[], wanted: readonly string[]): TagOverlay {
  return {
    addedTags: wanted.filter((tag) => !base.includes(tag)),
    removedTags: base.filter((tag) => !wanted.includes(tag)),
  }
}
