import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'

export interface Load {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** What is sent; with a function, another each time, as sessions want another id each time. */
  readonly body: string | (() => string)
  readonly seconds: number
  /** Process whose CPU time is counted. */
  readonly pid: number
  /** Requests under way at a time; 16 unless it says another. */
  readonly connections?: number
}

export interface Measured {
  readonly perSecond: number
  /** Microseconds of CPU the serving process spent on one request. */
  readonly cpu: number
  /** Median and 99th percentile of the time to the last byte, in ms. */
  readonly p50: number
  readonly p99: number
  readonly bytes: number
}

const CONNECTIONS = 16
const TICKS_PER_SECOND = 100

/** CPU time of a process so far, in seconds (Linux). */
function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

/** Sends one request over and over, each connection its next. Fails on the first wrong answer. */
export async function measure(load: Load): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.connections ?? CONNECTIONS })
  await drive(load, agent, Math.min(1, load.seconds))
  const before = cpuOf(load.pid)
  const { times, bytes } = await drive(load, agent, load.seconds)
  const cpu = cpuOf(load.pid) - before
  agent.destroy()
  times.sort((a, b) => a - b)
  return {
    perSecond: times.length / load.seconds,
    cpu: (cpu * 1e6) / times.length,
    p50: times[times.length >> 1]!,
    p99: times[Math.floor(times.length * 0.99)]!,
    bytes,
  }
}

async function drive(load: Load, agent: Agent, seconds: number) {
  const until = performance.now() + seconds * 1000
  const times: number[] = []
  let bytes = 0
  const worker = async () => {
    while (performance.now() < until) {
      const start = performance.now()
      bytes = await post(load, agent)
      times.push(performance.now() - start)
    }
  }
  await Promise.all(Array.from({ length: load.connections ?? CONNECTIONS }, worker))
  return { times, bytes }
}

function post({ url, headers, body: given }: Load, agent: Agent): Promise<number> {
  const body = typeof given === 'string' ? given : given()
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method: 'POST',
      agent,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'content-length': Buffer.byteLength(body),
        ...headers,
      },
    })
    sent.once('error', reject)
    sent.once('response', (response) => {
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
      })
      response.once('end', () => {
        if (response.statusCode === 200) resolve(bytes)
        else reject(new Error(`${url} answered ${response.statusCode}`))
      })
    })
    sent.end(body)
  })
}
