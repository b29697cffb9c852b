import { FIELDS } from './fields.ts'
import { nearest } from './nearest.ts'

/** Common words for fields that are called something else here. */
const SYNONYMS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    tag: 'tags',
    labels: 'tags',
    server: 'source',
    upstream: 'source',
    kind: 'type',
    desc: 'description',
    role: 'roles',
    metadata: 'meta',
    input_schema: 'inputSchema',
    output_schema: 'outputSchema',
    mime_type: 'mimeType',
    uri_template: 'uriTemplate',
    url: 'uri',
    createdAt: 'created_at',
    updatedAt: 'updated_at',
    readOnly: 'annotations.readOnlyHint',
    readOnlyHint: 'annotations.readOnlyHint',
    destructive: 'annotations.destructiveHint',
    destructiveHint: 'annotations.destructiveHint',
  }),
)

/** Words for the entry itself, or for all of them: filters of other catalogs go through these. */
const WHOLE =
  /^(?:tool|prompt|resource|resource_template|entr(?:y|ie)|item|catalog|this|self|it)s?$/i

/** Whether a name that is no field stands for the entry, or for the list it is in. */
export function namesTheEntry(name: string): boolean {
  return WHOLE.test(name)
}

/** The field that was probably meant by a name that is none. */
export function likelyField(name: string): { field: string; certain: boolean } | undefined {
  const synonym = SYNONYMS.get(name)
  if (synonym !== undefined) return { field: synonym, certain: true }
  const field = nearest(name, Object.keys(FIELDS))
  return field === undefined ? undefined : { field, certain: false }
}
