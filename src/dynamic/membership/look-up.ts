import { SlotSet } from '../../catalog/index/slot-set.ts'
import type { TypeIndex } from '../../catalog/index/type-index.ts'
import type { Atom } from '../../rules/analyse/atoms.ts'
import type { Plan } from '../../rules/analyse/plan.ts'

/** The enabled entries a plan leads to, from the indexes of the catalog alone. A set of its own. */
export function lookUp(plan: Plan, index: TypeIndex): SlotSet {
  const found = find(plan, index)
  if (index.enabled.size === index.size)
    return found === index.enabled ? found.clone() : copy(found, plan)
  return found.intersect(index.enabled)
}

/** Sets of the index itself must not be handed out: they change with the catalog. */
function copy(found: SlotSet, { kind }: Plan): SlotSet {
  return kind === 'atom' || kind === 'any' ? found.clone() : found
}

function find(plan: Plan, index: TypeIndex): SlotSet {
  switch (plan.kind) {
    case 'any':
      return index.enabled
    case 'atom':
      return postings(plan.atom, index)
    case 'not':
      return index.enabled.clone().deleteAll(find(plan.part, index))
    case 'or': {
      const union = new SlotSet()
      for (const part of plan.parts) union.addAll(find(part, index))
      return union
    }
    case 'and':
      return intersection(plan.parts, index)
  }
}

/** The smallest set first; what is excluded is taken out of it last. */
function intersection(parts: readonly Plan[], index: TypeIndex): SlotSet {
  const wanted = parts
    .filter(({ kind }) => kind !== 'not')
    .map((part) => find(part, index))
    .sort((a, b) => a.size - b.size)
  let common = wanted[0]?.clone() ?? index.enabled.clone()
  for (const set of wanted.slice(1)) common = common.intersect(set)
  for (const part of parts) {
    if (part.kind === 'not') common.deleteAll(find(part.part, index))
  }
  return common
}

function postings(atom: Atom, index: TypeIndex): SlotSet {
  switch (atom.field) {
    case 'tags':
      return index.tags.get(atom.value)
    case 'source':
      return index.sources.get(atom.value)
    case 'name':
      return index.named(atom.value)
    default:
      return index[atom.field]
  }
}
