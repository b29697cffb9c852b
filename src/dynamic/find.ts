import type { Catalog } from '../catalog/catalog.ts'
import { matchUriTemplate } from '../catalog/uri-template.ts'
import type { EntryType } from '../rules/fields.ts'
import type { Listed } from './list.ts'
import type { View } from './view.ts'

/** The tool or prompt a view shows under a name. */
export function findNamed(
  view: View,
  type: Extract<EntryType, 'tool' | 'prompt'>,
  name: string,
): Listed | undefined {
  return view.lists.get(type)!.find(name)
}

/**
 * The resource a view shows under a URI; else the first template that the URI matches, unless the
 * catalog has a resource of that URI which the view does not show: a template must not open what
 * a rule keeps out.
 */
export function findResource(catalog: Catalog, view: View, uri: string): Listed | undefined {
  const listed = view.lists.get('resource')!.find(uri)
  if (listed) return listed
  if (catalog.index('resource').names('plain').get(uri).length > 0) return undefined
  for (const template of view.lists.get('resource_template')!) {
    if (matchUriTemplate(template.entry.record.key, uri) !== undefined) return template
  }
  return undefined
}
