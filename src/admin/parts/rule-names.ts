/** Texts of the service count rules from 0, as their paths do; pages number them from 1. */
export const withRuleNumbers = (text: string) =>
  text.replace(/\brules\[(\d+)\]/g, (_, index) => `rule ${Number(index) + 1}`)

/** A verdict without its first word, for where that stands beside it already. */
export const withoutVerdict = (summary: string) =>
  withRuleNumbers(summary).replace(/^(?:In|Out): /, '')
