import type { CodeGuard, Unlocked } from '../../access/guards/codes/codes.ts'
import type { Asker } from '../../access/guards/codes/holder.ts'
import type { JsonObject } from '../../store/ports.ts'
import { failure } from '../invoke.ts'
import type { MetaCall } from '../search/meta-context.ts'
import { gateEvent } from './gate-event.ts'

/** Seconds as people say them: `119m 59s`. */
function duration(seconds: number): string {
  const whole = Math.ceil(seconds)
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60]
  if (minutes === 0) return `${rest}s`
  return rest === 0 ? `${minutes}m` : `${minutes}m ${rest}s`
}

const said = (text: string): JsonObject => ({ content: [{ type: 'text', text }] })

function groupsOf({ view }: MetaCall): readonly CodeGuard[] {
  return view.gates?.groups ?? []
}

const askerOf = ({ server, caller, run }: MetaCall): Asker => ({
  server,
  caller,
  session: run.session,
})

/** A group that is not there for this caller here is unknown, whatever the reason; that is no attempt. */
function unknown(group: string): JsonObject {
  return failure('not_found', `Unknown group '${group}'.`)
}

export async function gateUnlock(call: MetaCall): Promise<JsonObject> {
  const { group, code } = call.args as { group: string; code: string }
  const guard = groupsOf(call).find(({ id }) => id === group)
  if (!guard) return unknown(group)
  const unlocked = await call.context.codes.unlock(guard, askerOf(call), code)
  const { outcome } = unlocked
  call.context.events.record(gateEvent(call, guard, outcome === 'unlocked' ? null : outcome))
  if (outcome !== 'unlocked') return failure('guard_locked', refusalOf(guard, unlocked), { group })
  const { timeout_seconds } = guard.definition
  const text = `Group '${group}' unlocked. Auto-lock after ${duration(timeout_seconds)} inactivity.`
  return said(text)
}

function refusalOf({ id, definition }: CodeGuard, unlocked: Unlocked): string {
  switch (unlocked.outcome) {
    case 'wrong_code':
      return `Invalid code. ${unlocked.left} attempt(s) left.`
    case 'locked_out': {
      const after = `locked out after ${definition.max_failures} failed attempts`
      return `Group '${id}': ${after}. Try again in ${duration(unlocked.wait)}.`
    }
    case 'used_code':
      return 'This code was used already. Wait for the next one.'
    case 'no_session':
      return `Group '${id}' needs a credential, or a session, to be unlocked.`
    default:
      return `Group '${id}' cannot be unlocked: its secret cannot be read. Ask whoever runs this server.`
  }
}

export async function gateLock(call: MetaCall): Promise<JsonObject> {
  const { group = '' } = call.args as { group?: string }
  const groups = groupsOf(call).filter(({ id }) => group === '' || id === group)
  if (groups.length === 0) return unknown(group)
  for (const guard of groups) call.context.codes.lock(guard, askerOf(call))
  return said(group === '' ? 'All groups locked.' : `Group '${group}' locked.`)
}

export async function gateStatus(call: MetaCall): Promise<JsonObject> {
  const states = groupsOf(call).map((guard) => ({
    group: guard.id,
    left: call.context.codes.secondsLeft(guard, askerOf(call)),
  }))
  const lines = states.map(({ group, left }) =>
    left > 0 ? `✓ ${group}: UNLOCKED — auto-lock in ${duration(left)}` : `✗ ${group}: LOCKED`,
  )
  const groups = states.map(({ group, left }) => ({
    group,
    locked: left === 0,
    ...(left > 0 ? { seconds_left: Math.ceil(left) } : {}),
  }))
  return { ...said(lines.join('\n')), structuredContent: { groups } }
}
