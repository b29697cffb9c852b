/** Something a file may say, though its author hardly means it. */
export type LintCode =
  | 'never_matches'
  | 'always_matches'
  | 'shadowed_by_exclude'
  | 'unknown_tag'
  | 'unknown_member'
  | 'federated_left_out'
  | 'undecided'
  | 'no_catalog'

export interface Lint {
  /** `legal.yaml: rules[0]` */
  readonly path: string
  readonly code: LintCode
  readonly message: string
}

/** What is found about one rule. */
export type Finding = Omit<Lint, 'path'>
