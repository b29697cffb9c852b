/**
 * Every bound a filter is held to, in the order they are checked.
 *
 * The first four are checked while the filter is written; `steps` and `subject` while one entry is
 * evaluated. A step is about 10 ns of work: one visited node or one comparison costs one step, a
 * regular expression costs the length of its subject times the size of its program.
 */
export const LIMITS = {
  /** UTF-16 code units of filter text. */
  characters: 2048,
  /** Nesting of `(`, `[` and `{`. */
  depth: 32,
  /** Nodes of the parsed filter: literals, fields, operators, calls, selectors. */
  nodes: 256,
  /** Segments of one path. */
  segments: 16,
  /** Elements of one list literal. */
  elements: 64,
  /** Characters of one regular expression. */
  patternCharacters: 256,
  /** Instructions of one compiled regular expression. */
  patternProgram: 300,
  /** Characters of a string a regular expression is run against. */
  subject: 4096,
  /** Work allowed for one filter over one entry. */
  steps: 250_000,
  /** Work one preview may do over the whole catalog. */
  runSteps: 1_000_000_000,
  /** Nesting of an entry document that a descendant segment or a comparison walks into. */
  documentDepth: 200,
  /** Levels all walks in progress are deep together: a filter inside a walk starts another one. */
  walkDepth: 800,
} as const
