const UNITS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** A time in ISO 8601, from one or from how long ago it was. @throws {Error} for anything else */
export function momentOf(text: string): string {
  const [, amount, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? []
  const at = amount ? Date.now() - Number(amount) * UNITS[unit!]! : Date.parse(text)
  if (!Number.isNaN(at)) return new Date(at).toISOString()
  throw new Error(`${text} is no time; write 2026-03-01T12:00:00Z, or 15m, 2h, 7d.`)
}
