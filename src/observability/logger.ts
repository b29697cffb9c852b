import { type Logger, pino } from 'pino'
import pretty from 'pino-pretty'

export type { Logger }

export interface LoggerOptions {
  readonly level: string
  readonly format: 'json' | 'pretty'
  /** Where lines go: standard error, because standard output belongs to commands. */
  readonly stream?: NodeJS.WritableStream
}

/** Members that never reach a log line, wherever they stand. */
const REDACTED = ['authorization', 'cookie', 'token', 'secret', 'password', 'headers', 'env']

export function createLogger({ level, format, stream = process.stderr }: LoggerOptions): Logger {
  const options = {
    level,
    base: null,
    timestamp: () => `,"ts":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: REDACTED.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' },
  }
  if (format === 'json') return pino(options, stream)
  const printer = pretty({
    destination: stream,
    colorize: 'isTTY' in stream && stream.isTTY === true,
    timestampKey: 'ts',
    translateTime: 'SYS:HH:MM:ss',
    sync: true,
  })
  return pino(options, printer)
}
