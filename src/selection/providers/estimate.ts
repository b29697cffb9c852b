/** Tokens of a text, roughly: four characters each in Latin script, one in scripts without spaces. */
export function estimateTokens(text: string): number {
  let dense = 0
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x2e80) dense++
  return Math.ceil((text.length - dense) / 4 + dense)
}

export interface Prices {
  /** US dollars for a million tokens. */
  readonly input: number
  readonly output: number
}

/** Dollars, or null where no price is configured: unknown is not free. */
export function costOf(tokens: { input: number; output: number }, prices: Prices | undefined) {
  if (!prices) return null
  return (tokens.input * prices.input + tokens.output * prices.output) / 1_000_000
}
