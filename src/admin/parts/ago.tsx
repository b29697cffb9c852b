const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/** How long ago something was; the exact time is told on hover. */
export function Ago({ at }: { at: string }) {
  const seconds = Math.max(0, (Date.now() - Date.parse(at)) / 1000)
  const unit = UNITS.find(([, size]) => seconds >= size)
  const text = unit ? words.format(-Math.floor(seconds / unit[1]), unit[0]) : 'just now'
  return (
    <time dateTime={at} title={new Date(at).toLocaleString()}>
      {text}
    </time>
  )
}
