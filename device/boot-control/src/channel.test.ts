import { Fault } from '@sealift/protocol'
import { expect, test } from 'vitest'
import { install, provisioned, releaseOf, TrialDevice } from '../test/trial-device.ts'
import { type Port, readReply, readRequest } from './channel.ts'
import { remoteBootControl } from './remote-boot-control.ts'
import { type Served, serveBootControl } from './serve-boot-control.ts'
import { imageOf } from './slot.ts'

type End = { onText?: (text: string) => void; onClose?: () => void }

/** Two ends of one channel, and what went over it. */
function newChannel() {
  const said: string[] = []
  const ends: End[] = [{}, {}]
  let open = true
  const port = (mine: number): Port => ({
    send(text) {
      if (!open) return
      said.push(text)
      queueMicrotask(() => ends[1 - mine]?.onText?.(text))
    },
    listen(onText, onClose) {
      ends[mine] = { onText, onClose }
    },
  })
  const close = () => {
    open = false
    for (const end of ends) end.onClose?.()
  }
  return { agent: port(0), stage: port(1), said, close }
}

async function newRemote() {
  const device = await TrialDevice.powerOn(await provisioned(await releaseOf('1.0.0')))
  const channel = newChannel()
  serveBootControl(Promise.resolve(device.stage), channel.stage, () => device.stage.stop())
  const remote = await device.clock.runUntil(remoteBootControl(channel.agent, device.disk))
  return { device, channel, remote, run: <T>(work: Promise<T>) => device.clock.runUntil(work) }
}

test('through the channel boot control is what it is at first hand', async () => {
  const { device, remote, run } = await newRemote()
  expect(remote.slotLengthBytesMax).toBe(device.stage.slotLengthBytesMax)
  expect(await run(remote.look())).toEqual(await device.after(0))
  await run(install(remote, await releaseOf('2.0.0')))
  await device.clock.advance(500)
  expect(await run(remote.look())).toMatchObject({ running: 'b', trial: true, healthy: true })
  await run(remote.confirm())
  expect(await run(remote.look())).toMatchObject({ running: 'b', trial: false })

  await run(install(remote, await releaseOf('3.0.0')))
  await device.clock.advance(500)
  await run(remote.fallBack('confirm.unreachable', { why: 'é "quoted"\n', n: 1, yes: true }))
  expect(await run(remote.look())).toEqual(await device.after(0))
})

test('images do not go through the channel', async () => {
  const { remote, channel, run, device } = await newRemote()
  const file = await run(remote.openOther(false))
  await file.writeAt(0, new Uint8Array(50_000))
  expect(channel.said.join('').length).toBeLessThan(1_000)
  expect((await device.disk.read(imageOf('b')))?.byteLength).toBe(50_000)
  expect(await (await run(remote.openOther(true))).lengthBytes()).toBe(50_000)
})

test('faults and errors of the disk come through as what they are', async () => {
  const { device, remote, run } = await newRemote()
  await expect(run(remote.arm())).rejects.toMatchObject({ code: 'boot.manifest', facts: { why: 'missing' } })
  await expect(run(remote.arm())).rejects.toThrow(Fault)
  await run(remote.openOther(false))
  device.disk.fail({ code: 'ENOSPC', after: 0 })
  await expect(run(remote.seal((await releaseOf('2.0.0')).bootManifest))).rejects.toMatchObject({ code: 'ENOSPC' })
})

test('what kept the boot stage from opening is told to whoever asks', async () => {
  const { agent, stage } = newChannel()
  serveBootControl(Promise.reject<Served>(new Fault('boot.state', { file: 'boot/state' })), stage, () => undefined)
  const { disk } = await TrialDevice.powerOn(await provisioned(await releaseOf('1.0.0')))
  await expect(remoteBootControl(agent, disk)).rejects.toMatchObject({
    code: 'boot.state',
    facts: { file: 'boot/state' },
  })
})

test('when the channel closes, what is asked and what will be asked faults, and the boot stage ends', async () => {
  const { device, channel, remote } = await newRemote()
  const asked = remote.look()
  channel.close()
  await expect(asked).rejects.toMatchObject({ code: 'boot.gone' })
  await expect(remote.arm()).rejects.toMatchObject({ code: 'boot.gone' })
  await device.clock.advance(1_000)
  expect(device.machine.runs).toBe(0)
})

test.each([
  '',
  '{',
  'null',
  '[]',
  '{"ask":"look"}',
  '{"id":1,"ask":"format"}',
  '{"id":-1,"ask":"look"}',
  '{"id":1.5,"ask":"look"}',
  '{"id":1,"ask":"look","more":1}',
  '{"id":1,"ask":"prepare-other","keep":"no"}',
  `{"id":1,"ask":"seal","bootManifest":"${'x'.repeat(65_537)}"}`,
  `{"id":1,"ask":"fall-back","code":"a","facts":{"a":{"b":1}}}`,
  `${'['.repeat(100_000)}`,
  ' '.repeat(600_000),
])('a line that is no request is refused (%#)', (text) => {
  expect(() => readRequest(text)).toThrow(Fault)
})

test('a reply may not lead the agent to a file of another name, or be longer than it can be', () => {
  expect(() => readReply(`{"id":1,"told":{"file":"${'x'.repeat(65)}"}}`)).toThrow(Fault)
  expect(() => readReply('{"id":1,"told":{"view":{"running":"c"}}}')).toThrow(Fault)
  expect(readReply('{"id":1,"told":{"file":"slots/b/image"}}')).toEqual({ id: 1, told: { file: 'slots/b/image' } })
})
