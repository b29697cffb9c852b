import type { State } from '../state.ts'

export const EVENTS: readonly State[] = [
  { name: 'events', at: '/events', see: 'create_issue' },
  { name: 'events that were denied', at: '/events/log?outcome=denied', see: 'guard_rejected' },
  { name: 'events, none fits', at: '/events?entry=zzz', see: 'No event fits.' },
  {
    name: 'events, choice of an outcome',
    at: '/events',
    reach: (page) => page.getByRole('combobox', { name: 'How it ended' }).click(),
    see: 'input_required',
  },
  { name: 'usage', at: '/events/usage', see: 'engineering, support' },
]
