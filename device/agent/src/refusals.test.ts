// What a hostile or broken server may try, and the fault by which the device refuses it. Numbers as in docs/attacks.md.

import { generateKeyPairSync } from 'node:crypto'
import { DEVICE_ROUTES, type FaultCode } from '@sealift/protocol'
import { signerOf } from '@sealift/trust'
import type { Answer } from '@sealift/world/virtual'
import { expect, test } from 'vitest'
import { imageOf, Story } from '../test/story.ts'
import { readStatus } from './agent-status.ts'

type Attack = [name: string, code: FaultCode, set: (story: Story) => Promise<void>]

const stranger = signerOf(generateKeyPairSync('ed25519').privateKey)
const v2 = imageOf('well', 5_000, 'v2')

const attacks: Attack[] = [
  [
    'attack 01 arbitrary software: an image that no role of the image repository signed',
    'verify.not-signed',
    async ({ publisher }) => {
      const { target } = await publisher.release('2.0.0', v2)
      await publisher.assign({ path: 'thermostat/9.0.0/thermostat-9.0.0.img', target })
    },
  ],
  [
    'attack 01 arbitrary software: release metadata signed by a stranger',
    'verify.threshold',
    async ({ publisher }) => publisher.assign(await publisher.release('2.0.0', v2, {}, { signer: stranger })),
  ],
  [
    'attack 01 arbitrary software: a boot manifest of another image',
    'verify.mismatch',
    async ({ publisher }) => {
      const other = await publisher.release('3.0.0', imageOf('well', 5_000, 'v3'))
      const honest = await publisher.release('2.0.0', v2)
      const custom = { ...honest.target.custom, bootManifest: other.target.custom?.bootManifest ?? '' }
      await publisher.assign(await publisher.release('2.0.0', v2, {}, { target: { custom } }))
    },
  ],
  [
    'attack 02 rollback: an older signed release',
    'verify.downgrade',
    async (story) => void (await story.offer('0.9.0', v2, { releaseCounter: 0 })),
  ],
  [
    'attack 02 rollback: a release below the security floor',
    'verify.floor',
    async (story) => void (await story.offer('2.0.0', v2, { securityCounter: 0 })),
  ],
  [
    'attack 03 metadata rollback: the timestamp of yesterday',
    'verify.rollback',
    async (story) => {
      const old = story.publisher.director.files.get('timestamp.json') ?? ''
      await story.publisher.assign(undefined, { whyNot: 'paused' })
      await story.live(() => story.heard('idle paused'))
      story.server.lie = lieAt(DEVICE_ROUTES.check, () => ({ status: 200, body: Buffer.from(old) }))
    },
  ],
  [
    'attack 04 freeze: metadata past its date',
    'verify.expired',
    async (story) => {
      await story.offer('2.0.0', v2)
      story.clock.setNowMs(story.clock.nowMs() + 25 * 3_600_000)
    },
  ],
  [
    'attack 06 endless data: a check that never ends',
    'check.endless',
    async ({ server }) => {
      server.lie = lieAt(DEVICE_ROUTES.check, () => ({ status: 200, body: endless() }))
    },
  ],
  [
    'attack 06 endless data: metadata that never ends',
    'check.endless',
    async (story) => {
      await story.offer('2.0.0', v2)
      story.server.lie = lieAt('/device/v1/director/', () => ({ status: 200, body: endless() }))
    },
  ],
  [
    'attack 06 endless data: an image that goes on beyond its signed length',
    'download.length',
    async (story) => {
      await story.offer('2.0.0', v2)
      story.server.lie = lieAt('/targets/', () => ({ status: 200, body: endless(v2) }))
    },
  ],
  [
    'attack 06 endless data: an announced length beyond the signed one',
    'download.length',
    async (story) => {
      await story.offer('2.0.0', v2)
      story.server.lie = lieAt('/targets/', () => ({ status: 200, body: Buffer.concat([v2, Buffer.from('x')]) }))
    },
  ],
  [
    'attack 07 slow retrieval: a check that drips',
    'check.slow',
    async ({ network }) => {
      network.trouble = () => ({ bytesPerSecond: 10 })
    },
  ],
  [
    'attack 07 slow retrieval: an image that drips',
    'download.slow',
    async (story) => {
      await story.offer('2.0.0', v2)
      story.network.trouble = ({ url }) => (url.includes('/targets/') ? { bytesPerSecond: 10 } : {})
    },
  ],
  [
    'attack 08 mix-and-match: the snapshot of another day',
    'verify.mix-and-match',
    async (story) => {
      const { files, version } = story.publisher.director
      const old = files.get(`${version}.snapshot.json`) ?? ''
      await story.offer('2.0.0', v2)
      story.server.lie = lieAt('.snapshot.json', () => ({ status: 200, body: Buffer.from(old) }))
    },
  ],
  [
    'attack 10 wrong hardware: an image for another model',
    'verify.hardware',
    async (story) => void (await story.offer('2.0.0', v2, { hardwareIds: ['thermo-9'] })),
  ],
  [
    'attack 20 replay: the assignment of another device',
    'verify.other-device',
    async ({ publisher }) => publisher.assign(await publisher.release('2.0.0', v2), { deviceId: 'thermostat-9999' }),
  ],
  [
    'attack 01 arbitrary software: an image of the right length that was tampered with',
    'download.digest',
    async (story) => {
      const { path, target } = await story.offer('2.0.0', v2)
      const tampered = v2.slice()
      tampered.set([1], 4_000)
      story.server.store(path, target.hashes['sha256'] ?? '', tampered)
    },
  ],
  [
    'a body that ends too early',
    'download.length',
    async (story) => {
      await story.offer('2.0.0', v2)
      story.server.lie = lieAt('/targets/', () => ({ status: 200, body: pieces(v2.subarray(0, 3_000)) }))
    },
  ],
  [
    'a captive portal that answers everything with a page',
    'verify.format',
    async ({ server }) => {
      server.lie = () => ({ status: 200, body: Buffer.from('<html>Welcome to the hotel</html>') })
    },
  ],
  [
    'attack 25 a server that another authority vouches for',
    'check.untrusted-server',
    async ({ network }) => {
      network.trouble = () => ({ why: 'untrusted' })
    },
  ],
  [
    'a redirect',
    'check.refused',
    async ({ server }) => {
      server.lie = () => ({ status: 302, headers: { location: 'https://elsewhere.test' } })
    },
  ],
  [
    '"nothing changed" where nothing was asked about',
    'check.refused',
    async ({ server }) => {
      server.lie = () => ({ status: 304 })
    },
  ],
]

test.each(attacks)('%s: %s', async (_name, code, set) => {
  const story = await Story.begin()
  await set(story)
  let fault: string | undefined
  await story.live(async () => {
    fault = (await readStatus(story.disk))?.fault?.code
    return fault !== undefined
  })
  expect(fault).toBe(code)
  expect(story.heard('installed 2.0.0')).toBe(false)

  // It goes on with its old image, and takes the next honest release.
  story.server.lie = () => undefined
  story.network.trouble = () => ({})
  story.clock.setNowMs(story.publisher.nowMs)
  await story.offer('4.0.0', imageOf('well', 6_000, 'v4'))
  await story.live(() => story.heard('confirmed 4.0.0'), 4 * 3_600_000)
  expect(story.server.replays).toEqual([])
})

test('attack 29 plaintext: an address without TLS is refused before any socket is opened', async () => {
  const story = await Story.begin()
  await story.setAddress('http://updates.test')
  let fault: string | undefined
  await story.live(async () => {
    fault = (await readStatus(story.disk))?.fault?.code
    return fault !== undefined
  })
  expect(fault).toBe('check.plaintext')
  expect(story.requests).toEqual([])
})

test('a refusal is reported with its code, its facts and why there is no update, once', async () => {
  const story = await Story.begin()
  await story.offer('2.0.0', v2, { hardwareIds: ['thermo-9'] })
  const untilMs = story.clock.elapsedMs() + 50 * 60_000
  await story.live(() => story.clock.elapsedMs() > untilMs)
  const refused = story.server.reports.filter(({ event }) => event === 'refused')
  expect(refused).toHaveLength(1)
  expect(refused[0]).toMatchObject({
    step: 'verify',
    whyNot: 'unsupported',
    fault: { code: 'verify.hardware', facts: { have: 'thermo-1', offered: 'thermo-9' } },
  })
})

test('when a refused server turns honest, the device says that all is well again', async () => {
  const story = await Story.begin()
  await story.live(() => story.heard('idle wave_not_reached'))
  story.network.trouble = ({ url }) => (url.endsWith('/check') ? { why: 'untrusted' } : {})
  await story.live(() => story.heard('refused check.untrusted-server'))
  story.network.trouble = () => ({})
  await story.live(() => story.server.events().at(-1) === 'idle wave_not_reached')
})

test('attack 04 freeze: "nothing changed" does not hold beyond the date of what did not change', async () => {
  const story = await Story.begin()
  await story.live(() => story.heard('idle wave_not_reached'))
  story.server.lie = lieAt(DEVICE_ROUTES.check, () => ({ status: 304 }))
  story.clock.setNowMs(story.clock.nowMs() + 25 * 3_600_000)
  await story.live(async () => (await readStatus(story.disk))?.fault?.code === 'check.refused')
})

test('attack 04 freeze: a clock that is set back does not make an old word fresh again', async () => {
  const story = await Story.begin()
  const { clock, publisher } = story
  publisher.nowMs += 40 * 3_600_000
  clock.setNowMs(publisher.nowMs)
  await publisher.assign(undefined, { whyNot: 'paused' })
  await story.live(() => story.heard('idle paused'))

  publisher.nowMs -= 40 * 3_600_000
  clock.setNowMs(publisher.nowMs)
  await publisher.assign(undefined, { whyNot: 'stopped' })
  await story.live(async () => (await readStatus(story.disk))?.fault?.code === 'verify.expired')
})

function lieAt(part: string, answer: () => Answer): (path: string) => Answer | undefined {
  return (path) => (path.includes(part) ? answer() : undefined)
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += 1_000) yield bytes.subarray(at, at + 1_000)
}

async function* endless(first: Uint8Array = new Uint8Array()): AsyncGenerator<Uint8Array> {
  yield* pieces(first)
  for (;;) yield new Uint8Array(1_000)
}
