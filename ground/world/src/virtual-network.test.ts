import { expect, test } from 'vitest'
import { VirtualClock } from './virtual-clock.ts'
import { type Trouble, VirtualNetwork } from './virtual-network.ts'

const ORIGIN = 'https://updates.test:8443'
const IMAGE = new Uint8Array(40_000).map((_, i) => i)

function make(trouble: Trouble = {}) {
  const clock = new VirtualClock(0)
  const network = new VirtualNetwork(clock)
  network.route(ORIGIN, ({ url, method }) =>
    url.endsWith('/image') && method === 'GET'
      ? { status: 200, headers: { etag: '"1"' }, body: IMAGE }
      : { status: 404 },
  )
  network.trouble = () => trouble
  return {
    clock,
    network,
    ask: (signal?: AbortSignal) =>
      network.request({ method: 'GET', url: `${ORIGIN}/image`, ...(signal && { signal }) }),
  }
}

async function collect(body: AsyncIterable<Uint8Array>, into: Uint8Array[] = []): Promise<Buffer> {
  for await (const chunk of body) into.push(chunk)
  return Buffer.concat(into)
}

test('a host answers with its headers, its length and its whole body', async () => {
  const reply = await make().ask()
  expect(reply).toMatchObject({ status: 200, headers: { etag: '"1"', 'content-length': '40000' } })
  expect(await collect(reply.body)).toEqual(Buffer.from(IMAGE))
})

test('a host that is not there is unreachable, and http is refused without asking', async () => {
  const { network } = make()
  await expect(network.request({ method: 'GET', url: 'https://other.test/' })).rejects.toMatchObject({
    why: 'unreachable',
  })
  await expect(network.request({ method: 'GET', url: 'http://updates.test:8443/image' })).rejects.toMatchObject({
    why: 'untrusted',
  })
})

test.each(['unreachable', 'untrusted'] as const)('trouble: %s', async (why) => {
  await expect(make({ why }).ask()).rejects.toMatchObject({ why })
})

test('a cut body arrives up to the cut, to the byte', async () => {
  const { body } = await make({ cutAfterBytes: 20_001 }).ask()
  const chunks: Uint8Array[] = []
  await expect(collect(body, chunks)).rejects.toMatchObject({ why: 'interrupted' })
  expect(Buffer.concat(chunks)).toEqual(Buffer.from(IMAGE.subarray(0, 20_001)))
})

test('a slow body takes as long as its speed says', async () => {
  const { clock, ask } = make({ delayMs: 500, bytesPerSecond: 10_000 })
  await clock.runUntil(ask().then(({ body }) => collect(body)))
  expect(clock.elapsedMs()).toBe(4500)
})

test('who loses patience is told so: before the reply, and within the body', async () => {
  const { clock, ask } = make({ delayMs: 500, bytesPerSecond: 10_000 })
  const impatient = new AbortController()
  const early = ask(impatient.signal)
  impatient.abort()
  await expect(clock.runUntil(early)).rejects.toMatchObject({ why: 'aborted' })

  const later = new AbortController()
  const { body } = await clock.runUntil(ask(later.signal))
  void clock.sleep(1000).then(() => later.abort())
  await expect(clock.runUntil(collect(body))).rejects.toMatchObject({ why: 'aborted' })
  expect(clock.elapsedMs()).toBe(1500)
})

test('a host that never answers does not outlive the patience of the one who asks', async () => {
  const { network } = make()
  network.route('https://mute.test', () => new Promise(() => undefined))
  const impatient = new AbortController()
  const asked = network.request({ method: 'GET', url: 'https://mute.test/', signal: impatient.signal })
  impatient.abort()
  await expect(asked).rejects.toMatchObject({ why: 'aborted' })
})
