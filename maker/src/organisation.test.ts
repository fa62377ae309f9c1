import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { readMetadataText, requireThreshold, signerOf } from '@sealift/trust'
import { DROP, KEEP, PowerCut, subset } from '@sealift/world/virtual'
import { expect, test } from 'vitest'
import { readOrganisation } from './folder.ts'
import { passphraseOf } from './keys/passphrase.ts'
import { ONLINE_ROLES, openSigners } from './keys/role-keys.ts'
import { createOrganisation } from './organisation.ts'
import { DAY_MS, emptyWorkshop, NOW_MS, newWorkshop, passphrase } from './test/workshop.ts'

const wish = { name: 'Lamps & Sons', hosts: ['127.0.0.1', 'localhost', 'updates.example.org', '::1'] }

test('both roots are signed by their own root keys, of both families', async () => {
  const { part } = await newWorkshop()
  for (const text of [part.imageRoot, part.directorRoot]) {
    const root = readMetadataText('root', text)
    expect(() => requireThreshold('root', root, root.signed.keys, root.signed.roles.root)).not.toThrow()
    expect(root.signed.roles.root).toMatchObject({ threshold: 1, 'x-min-per-family': 1 })
    expect(root.signed).toMatchObject({ version: 1, consistent_snapshot: true, expires: '2027-11-20T00:00:00Z' })
  }
})

test('no key serves two roles', async () => {
  const { part } = await newWorkshop()
  const roots = [part.imageRoot, part.directorRoot].map((text) => readMetadataText('root', text).signed)
  const keyids = roots.flatMap(({ roles }) => Object.values(roles).flatMap(({ keyids }) => keyids))
  expect(keyids).toHaveLength(16)
  expect(new Set(keyids).size).toBe(16)
})

test('the first targets are signed by the targets keys and hold nothing', async () => {
  const { part } = await newWorkshop()
  const root = readMetadataText('root', part.imageRoot).signed
  const targets = readMetadataText('targets', part.imageTargets)
  expect(() => requireThreshold('targets', targets, root.keys, root.roles.targets)).not.toThrow()
  expect(targets.signed).toMatchObject({ version: 1, targets: {}, expires: '2027-05-21T00:00:00Z' })
})

test('the online keys are those that the roots name', async () => {
  const { part } = await newWorkshop()
  const roots = {
    image: readMetadataText('root', part.imageRoot).signed,
    director: readMetadataText('root', part.directorRoot).signed,
  }
  for (const online of ONLINE_ROLES) {
    const [repository, role] = online.split('/') as ['image' | 'director', 'snapshot']
    const keyids = part.onlineKeys[online].map((pem) => signerOf(createPrivateKey(pem)).keyid)
    expect(keyids, online).toEqual(roots[repository].roles[role].keyids)
  }
})

test('the maker keeps no online private key (what is never true: a key in two places)', async () => {
  const { disk, part } = await newWorkshop()
  for (const role of ['snapshot', 'timestamp']) expect(await disk.list(`keys/image/${role}`)).toEqual([])
  for (const role of ['targets', 'snapshot', 'timestamp']) expect(await disk.list(`keys/director/${role}`)).toEqual([])
  expect(await disk.list('')).toEqual(['organisation.json'])
  expect(await disk.list('certificates')).toEqual(['device-ca.pem', 'server-ca.pem', 'server.pem'])
  expect(part.deviceCa.keyPem).toContain('PRIVATE KEY')
})

test('the server certificate chains to its authority and says who it is', async () => {
  const { part } = await newWorkshop()
  const authority = new X509Certificate(part.serverCaPem)
  const server = new X509Certificate(part.tls.certificatePem)
  expect(server.verify(authority.publicKey)).toBe(true)
  expect(server.checkIssued(authority)).toBe(true)
  expect(server.checkPrivateKey(createPrivateKey(part.tls.keyPem))).toBe(true)
  expect(server.checkHost('localhost')).toBe('localhost')
  expect(server.checkIP('127.0.0.1')).toBe('127.0.0.1')
  expect(server.checkHost('example.org')).toBeUndefined()
  expect(server.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
  expect(server.ca).toBe(false)
  expect(server.validToDate.getTime() - server.validFromDate.getTime()).toBe(397 * DAY_MS)
  expect(server.subject).toContain('O=Lamps & Sons')
})

test('the two authorities are two, are good from yesterday, and may issue end certificates only', async () => {
  const { part } = await newWorkshop()
  const authorities = [part.serverCaPem, part.deviceCa.certificatePem].map((pem) => new X509Certificate(pem))
  for (const authority of authorities) {
    expect(authority.ca).toBe(true)
    expect(authority.verify(authority.publicKey)).toBe(true)
    expect(authority.validFromDate.getTime()).toBe(NOW_MS - DAY_MS)
    // BasicConstraints critical, CA true, pathlen 0; KeyUsage critical, keyCertSign alone.
    expect(authority.raw.toString('hex')).toContain('0603551d130101ff040830060101ff020100')
    expect(authority.raw.toString('hex')).toContain('0603551d0f0101ff040403020204')
  }
  expect(authorities[0]?.serialNumber).not.toBe(authorities[1]?.serialNumber)
  expect(authorities[0]?.publicKey.equals(authorities[1]?.publicKey ?? createPublicKey(part.tls.keyPem))).toBe(false)
})

test('a server may be reached under names and addresses of both kinds', async () => {
  const { tls } = await createOrganisation({ ...emptyWorkshop(), ...wish })
  const server = new X509Certificate(tls.certificatePem)
  expect(server.subjectAltName).toBe(
    'IP Address:127.0.0.1, DNS:localhost, DNS:updates.example.org, IP Address:0:0:0:0:0:0:0:1',
  )
})

test.each([
  ['no name', { name: '' }, 'build.organisation'],
  ['a name with an escape sequence', { name: 'Lamps\u001b[2J' }, 'build.organisation'],
  ['a name too long for a certificate', { name: 'x'.repeat(65) }, 'build.organisation'],
  ['no host', { hosts: [] }, 'build.organisation'],
  ['a host with a path', { hosts: ['localhost/'] }, 'build.organisation'],
  ['an address of five numbers', { hosts: ['127.0.0.1.1'] }, 'build.organisation'],
  ['a short passphrase', { passphrase: passphraseOf('1234567') }, 'sign.passphrase'],
])('%s is refused before anything is written', async (_story, fields, code) => {
  const workshop = emptyWorkshop()
  await expect(createOrganisation({ ...workshop, ...wish, ...fields })).rejects.toMatchObject({ code })
  expect(workshop.disk.changes).toBe(0)
})

test('there is one organisation in a folder', async () => {
  const workshop = await newWorkshop()
  await expect(createOrganisation({ ...workshop, ...wish })).rejects.toMatchObject({ code: 'keep.exists' })
})

test('an empty folder is missing an organisation', async () => {
  await expect(readOrganisation(emptyWorkshop().disk)).rejects.toMatchObject({ code: 'keep.missing' })
})

test('when the server folder cannot be written, the maker folder does not look whole', async () => {
  const workshop = emptyWorkshop()
  const full = Object.assign(new Error('full'), { code: 'ENOSPC' })
  const handOver = () => Promise.reject(full)
  await expect(createOrganisation({ ...workshop, ...wish, handOver })).rejects.toBe(full)
  await expect(readOrganisation(workshop.disk)).rejects.toMatchObject({ code: 'keep.damaged' })
})

test('a power cut at any write leaves nothing, a folder that says it is half made, or an organisation', async () => {
  const rehearsal = emptyWorkshop()
  await createOrganisation({ ...rehearsal, ...wish })
  const seen = new Set<string>()
  for (let cut = 0; cut <= rehearsal.disk.changes; cut++) {
    const model = [DROP, KEEP, subset(rehearsal.chance)][cut % 3] ?? KEEP
    const workshop = emptyWorkshop()
    workshop.disk.cut(cut)
    let handedOver = false
    const handOver = async () => {
      handedOver = true
    }
    await createOrganisation({ ...workshop, ...wish, handOver }).catch((error) =>
      expect(error).toBeInstanceOf(PowerCut),
    )
    const disk = workshop.disk.restart(model)
    const found = await readOrganisation(disk).then(
      () => 'whole',
      ({ code }) => String(code),
    )
    seen.add(found)
    if (found !== 'whole') continue
    expect(handedOver, `cut at write ${cut}`).toBe(true)
    expect(await openSigners(disk, 'image/root', passphrase), `cut at write ${cut}`).toHaveLength(2)
    expect(await openSigners(disk, 'server-ca', passphrase), `cut at write ${cut}`).toHaveLength(1)
  }
  expect([...seen].sort()).toEqual(['keep.damaged', 'keep.missing', 'whole'])
})
