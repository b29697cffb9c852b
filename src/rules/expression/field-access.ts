import { CALL_FIELDS, CALLER_FIELDS, type EntryType, FIELDS } from '../fields.ts'
import type { Node, QueryNode, Root, Segment, Span, StaticType } from '../ir.ts'
import { likelyField, namesTheEntry } from '../likely-field.ts'
import { nearest } from '../nearest.ts'
import type { Lexer, Token } from './lexer.ts'
import { describe } from './types.ts'

/** What an expression is for: which entries it sees and whether it may look at the caller. */
export interface ExpressionOptions {
  readonly types?: readonly EntryType[] | undefined
  readonly caller?: boolean | undefined
  /** Whether it sees a call, with its arguments and its entry, instead of an entry. */
  readonly subject?: 'call' | undefined
}

/**
 * A top-level field by its name.
 *
 * @throws {FilterError} `filter_unknown_field`, or `filter_wrong_field` when no entry of the
 *   filter's types has it.
 */
export function fieldOf(lexer: Lexer, token: Token, options: ExpressionOptions): QueryNode {
  const name = token.text
  if (name === 'caller') {
    if (options.caller) return query('caller', [], 'object', token)
    const message = 'Rules never depend on who asks, so they cannot read caller.'
    lexer.fail(
      'filter_unknown_field',
      message,
      token,
      'use caller in policies and narrowing filters',
    )
  }
  if (options.subject === 'call') return callField(lexer, token)
  if (!Object.hasOwn(FIELDS, name)) {
    lexer.fail('filter_unknown_field', `No entry has a field ${name}.`, token, fixFor(name))
  }
  const field = FIELDS[name]!
  const { types } = options
  if (types && field.of && !types.some((type) => field.of!.includes(type))) {
    const message = `A ${types.join(' or ').replaceAll('_', ' ')} never has ${name}.`
    lexer.fail(
      'filter_wrong_field',
      message,
      token,
      `only ${field.of.join(' and ')} entries have it`,
    )
  }
  return query('entry', [name], field.type, token)
}

/** A part of a call. */
function callField(lexer: Lexer, token: Token): QueryNode {
  const name = token.text
  if (Object.hasOwn(CALL_FIELDS, name)) return query('entry', [name], CALL_FIELDS[name]!, token)
  const where = Object.hasOwn(FIELDS, name) ? 'entry' : 'arguments'
  return lexer.fail(
    'filter_unknown_field',
    `A call has no ${name}; it has arguments, entry and caller.`,
    token,
    `write ${where}.${name}`,
  )
}

function fixFor(name: string): string {
  if (namesTheEntry(name)) return 'a filter sees one entry: write its fields alone, such as name'
  const likely = likelyField(name)
  if (likely) return likely.certain ? `write ${likely.field}` : `did you mean ${likely.field}?`
  return `write '${name}' for a text; free metadata is under meta`
}

/** A member of a field, by name or index. @throws {FilterError} when the field has no members. */
export function memberOf(
  lexer: Lexer,
  object: Node,
  key: string | number,
  at: Span,
  { subject }: ExpressionOptions,
): QueryNode {
  if (object.kind !== 'query') {
    lexer.fail('filter_type', `${describe(lexer, object)} has no members.`, at)
  }
  const span = { start: object.span.start, end: at.end }
  const path = [...(object as QueryNode).segments.map(keyOf), key]
  const { root } = object as QueryNode
  if (root === 'caller' && path.length === 1) return callerField(lexer, key, at, span)
  checkKey(lexer, object as QueryNode, key, at)
  const isOfEntry = subject === 'call' && root === 'entry' && path[0] === 'entry'
  if (isOfEntry && path.length === 2) return entryField(lexer, path, at, span)
  const [field] = isOfEntry ? path.slice(1) : path
  const type = object.type === 'array' && field !== 'arguments' ? 'string' : 'any'
  return query(root, path, type, span)
}

/** A field of the entry that is called. */
function entryField(
  lexer: Lexer,
  path: readonly (string | number)[],
  at: Span,
  span: Span,
): QueryNode {
  const name = String(path[1])
  if (Object.hasOwn(FIELDS, name)) return query('entry', path, FIELDS[name]!.type, span)
  return lexer.fail('filter_unknown_field', `No entry has a field ${name}.`, at, fixFor(name))
}

function checkKey(lexer: Lexer, object: QueryNode, key: string | number, at: Span): void {
  const { type } = object
  if (type === 'any') return
  const source = lexer.source.slice(object.span.start, object.span.end)
  if (key === 'length') {
    lexer.fail('filter_type', 'There is no length member.', at, `write len(${source})`)
  }
  if (type === 'array' && typeof key === 'number') {
    if (Number.isInteger(key)) return
    lexer.fail('filter_type', 'A position in a list is a whole number.', at)
  }
  if (type === 'object' && typeof key === 'string') return
  const fix = type === 'array' ? `write ${JSON.stringify(key)} in ${source}` : undefined
  lexer.fail(
    'filter_type',
    `${describe(lexer, object)} has no member ${JSON.stringify(key)}.`,
    at,
    fix,
  )
}

function callerField(lexer: Lexer, key: string | number, at: Span, span: Span): QueryNode {
  if (typeof key === 'string' && Object.hasOwn(CALLER_FIELDS, key)) {
    return query('caller', [key], CALLER_FIELDS[key]!, span)
  }
  const guess = nearest(String(key), Object.keys(CALLER_FIELDS))
  return lexer.fail(
    'filter_unknown_field',
    `A caller has no ${key}; it has ${Object.keys(CALLER_FIELDS).join(', ')}.`,
    at,
    guess ? `did you mean ${guess}?` : `free attributes are under caller.attributes.${key}`,
  )
}

function keyOf(segment: Segment): string | number {
  const selector = segment.selectors[0]!
  return selector.kind === 'name' ? selector.name : (selector as { index: number }).index
}

function query(
  root: Root,
  path: readonly (string | number)[],
  type: StaticType,
  { start, end }: Span,
): QueryNode {
  const segments = path.map(
    (key): Segment => ({
      kind: 'child',
      selectors: [
        typeof key === 'string' ? { kind: 'name', name: key } : { kind: 'index', index: key },
      ],
    }),
  )
  return {
    kind: 'query',
    root,
    segments,
    singular: true,
    missing: 'null',
    type,
    span: { start, end },
  }
}
