import { createHash } from 'node:crypto'
import { type RepositoryTexts, readMetadataText } from '@sealift/trust'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { listedKeysOf, roleKeysOf } from './keys/listed-keys.ts'
import { openSigners } from './keys/role-keys.ts'
import { NO_TARGETS, signNextTargets } from './own-targets.ts'
import { addProduct } from './products.ts'
import { signRelease } from './sign.ts'
import { DAY_MS, make, NOW_MS, newWorkshop, passphrase, sourceOf, thermostat } from './test/workshop.ts'
import { ownRepositoryTexts, verifyFile } from './verify-file.ts'

const EVIL = 'evil firmware'
const EVIL_TARGET = { length: EVIL.length, hashes: { sha256: createHash('sha256').update(EVIL).digest('hex') } }

async function signed() {
  const workshop = await newWorkshop()
  await addProduct({ ...workshop, product: { ...thermostat, id: 'lamp' } })
  await make(workshop, '1.0.0', 'firmware')
  await signRelease({ ...workshop, product: 'thermostat', version: '1.0.0' })
  return { workshop, texts: await ownRepositoryTexts(workshop.disk) }
}

function verify(image: string | Uint8Array, texts: RepositoryTexts, nowMs = NOW_MS) {
  return verifyFile({ source: sourceOf(image), texts, nowMs })
}

/** The same file with something changed in what it says, its signatures as they were. */
function edited(text: string | undefined, change: (said: Record<string, Record<string, unknown>>) => void): string {
  const envelope = JSON.parse(text ?? '')
  change(envelope.signed)
  return JSON.stringify(envelope)
}

test('a signed file is told by product, version and who signed', async () => {
  const { texts } = await signed()
  const verified = await verify('firmware', texts)
  expect(verified).toMatchObject({
    path: 'thermostat/1.0.0/thermostat-1.0.0.img',
    role: 'product/thermostat',
    lengthBytes: 8,
    release: { product: 'thermostat', version: '1.0.0' },
  })
  expect(verified.signers.map(({ scheme }) => scheme).toSorted()).toEqual(['ed25519', 'ml-dsa-65/1'])
})

test('any other file is refused (attack 1)', async () => {
  const { texts } = await signed()
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 16 }), async (bytes) => {
      fc.pre(!Buffer.from('firmware').equals(bytes))
      await expect(verify(bytes, texts)).rejects.toMatchObject({ code: 'verify.not-signed' })
    }),
    { numRuns: 50 },
  )
})

test('a file listed without a signature is refused, and the role is named (attack 1)', async () => {
  const { texts } = await signed()
  const forged = edited(texts.delegated['product/thermostat'], ({ targets }) => {
    Object.assign(targets ?? {}, { 'thermostat/9.9.9/evil.img': EVIL_TARGET })
  })
  const verifying = verify(EVIL, { ...texts, delegated: { 'product/thermostat': forged } })
  await expect(verifying).rejects.toMatchObject({ code: 'verify.threshold', facts: { role: 'product/thermostat' } })
})

test("a product's role speaks for that product's paths only (attack 17)", async () => {
  const { workshop, texts } = await signed()
  const listing = async (product: 'lamp' | 'thermostat', path: string) => {
    const signers = await openSigners(workshop.disk, `product/${product}`, passphrase)
    const last = readMetadataText('targets', texts.delegated[`product/${product}`] ?? '').signed
    const text = await signNextTargets(last, { targets: { [path]: EVIL_TARGET } }, signers, NOW_MS + DAY_MS)
    return { ...texts, delegated: { ...texts.delegated, [`product/${product}`]: text } }
  }
  const refused = { code: 'verify.not-signed' }
  await expect(verify(EVIL, await listing('lamp', 'thermostat/9.9.9/x.img'))).rejects.toMatchObject(refused)
  await expect(verify(EVIL, await listing('thermostat', 'lamp/9.9.9/x.img'))).rejects.toMatchObject(refused)
  await expect(verify(EVIL, await listing('lamp', 'lamp/9.9.9/x/y.img'))).rejects.toMatchObject(refused)
  await expect(verify(EVIL, await listing('lamp', 'lamp/9.9.9/x.img'))).resolves.toMatchObject({ role: 'product/lamp' })
})

test('behind a terminating role nobody else is asked (TUF 1.0.34 §5.6.7)', async () => {
  const { workshop, texts } = await signed()
  const nowMs = NOW_MS + DAY_MS
  const lamp = await openSigners(workshop.disk, 'product/lamp', passphrase)
  const { delegations, ...targets } = readMetadataText('targets', texts.targets ?? '').signed
  const anybody = { name: 'anybody', ...roleKeysOf(lamp), paths: ['*/*/*'], terminating: true }
  const roles = [...(delegations?.roles ?? []), anybody]
  const listing = async (path: string): Promise<RepositoryTexts> => ({
    root: texts.root,
    targets: await signNextTargets(
      targets,
      { delegations: { keys: listedKeysOf(lamp), roles } },
      await openSigners(workshop.disk, 'image/targets', passphrase),
      nowMs,
    ),
    delegated: { anybody: await signNextTargets(NO_TARGETS, { targets: { [path]: EVIL_TARGET } }, lamp, nowMs) },
  })
  await expect(verify(EVIL, await listing('badge/1.0.0/x.img'))).resolves.toMatchObject({ role: 'anybody' })
  const cutOff = verify(EVIL, await listing('thermostat/1.0.0/x.img'))
  await expect(cutOff).rejects.toMatchObject({ code: 'verify.not-signed' })
})

test('a delegation or a root that was changed is refused (attack 1)', async () => {
  const { texts } = await signed()
  const targets = edited(texts.targets, (said) => Object.assign(said, { version: 9 }))
  await expect(verify('firmware', { ...texts, targets })).rejects.toMatchObject({ facts: { role: 'targets' } })
  const root = edited(texts.root, (said) => Object.assign(said, { version: 9 }))
  await expect(verify('firmware', { ...texts, root })).rejects.toMatchObject({ facts: { role: 'root' } })
})

test('a role past its date vouches for nothing (attack 4)', async () => {
  const { texts } = await signed()
  await expect(verify('firmware', texts, NOW_MS + 91 * DAY_MS - 1)).resolves.toBeDefined()
  await expect(verify('firmware', texts, NOW_MS + 91 * DAY_MS)).rejects.toMatchObject({ code: 'verify.expired' })
})

test('without targets nothing is signed', async () => {
  const { texts } = await signed()
  const verifying = verify('firmware', { root: texts.root, delegated: texts.delegated })
  await expect(verifying).rejects.toMatchObject({ code: 'verify.not-signed' })
})
