import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export function addressOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** Starts to listen. @returns the port */
export function listenOn(
  http: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once('error', reject)
    http.listen(port, host, () => resolve((http.address() as AddressInfo).port))
  })
}

/** Connections are closed as they fall idle; streams, which never do, are cut after a while. */
export function closeServer(http: Server): Promise<void> {
  return new Promise((resolve) => {
    const sweep = setInterval(() => http.closeIdleConnections(), 50)
    const cut = setTimeout(() => http.closeAllConnections(), 3_000)
    http.close(() => {
      clearInterval(sweep)
      clearTimeout(cut)
      resolve()
    })
  })
}
