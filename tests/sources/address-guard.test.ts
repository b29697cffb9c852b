import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fetch } from 'undici'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createAddressGuard } from '../../src/sources/manual/address-guard.ts'

async function server(): Promise<number> {
  const http = createServer((_, response) => response.end('reached'))
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void http.close())
  return (http.address() as AddressInfo).port
}

describe('a name that resolves to a private address', () => {
  it('is refused, also when only one of its addresses is private', async () => {
    const port = await server()
    for (const addresses of [['127.0.0.1'], ['93.184.216.34', '127.0.0.1'], ['::1'], []]) {
      const guard = createAddressGuard([], async () =>
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      )
      const url = new URL(`http://rebind.example:${port}/`)
      const attempt = fetch(url, { dispatcher: guard.dispatcherFor(url) })
      await expect(attempt).rejects.toMatchObject({
        cause: { message: expect.stringMatching(/not a public address/) },
      })
      await guard.close()
    }
  })

  it('cannot answer the check with one address and the connection with another', async () => {
    const port = await server()
    let asked = 0
    const guard = createAddressGuard([], async () => {
      asked++
      return [{ address: asked === 1 ? '93.184.216.34' : '127.0.0.1', family: 4 }]
    })
    const url = new URL(`http://rebind.example:${port}/`)
    const signal = AbortSignal.timeout(1_000)
    await expect(fetch(url, { dispatcher: guard.dispatcherFor(url), signal })).rejects.toThrow()
    expect(asked).toBe(1)
  })
})
