// The agent's end of the channel: boot control in another process.

import { Fault, isFaultCode } from '@sealift/protocol'
import type { Disk } from '@sealift/world'
import type { BootControl } from './boot-control.ts'
import { type Port, type Reply, type Request, readReply, type Told } from './channel.ts'

type Waiting = { readonly resolve: (told: Told) => void; readonly reject: (error: Error) => void }
type Asking = Request extends infer R ? (R extends Request ? Omit<R, 'id'> : never) : never

/**
 * Boot control as `serveBootControl` tells it at the other end. When the channel closes, all that is asked and all that
 * will be asked faults with `boot.gone`.
 *
 * @param disk  the device's folder: images are written through it, not through the channel
 * @throws {Fault} what kept the boot stage from opening: `boot.state`, `keep.missing`, `keep.damaged`, `boot.gone`
 */
export async function remoteBootControl(port: Port, disk: Disk): Promise<BootControl> {
  const ask = askThrough(port)
  const { slotLengthBytesMax } = await ask({ ask: 'hello' })
  return {
    slotLengthBytesMax: required(slotLengthBytesMax),
    async look() {
      const { view } = await ask({ ask: 'look' })
      const { slots, healthy, fellBack, ...rest } = required(view)
      return { ...rest, healthy, fellBack, slots: { a: slots.a, b: slots.b } }
    },
    async openOther(keep) {
      const { file } = await ask({ ask: 'prepare-other', keep })
      return await disk.open(required(file))
    },
    async seal(bootManifest) {
      await ask({ ask: 'seal', bootManifest })
    },
    async arm() {
      await ask({ ask: 'arm' })
    },
    async restart() {
      await ask({ ask: 'restart' })
    },
    async confirm() {
      await ask({ ask: 'confirm' })
    },
    async fallBack(code, facts) {
      await ask({ ask: 'fall-back', code, facts: { ...facts } })
    },
  }
}

function askThrough(port: Port): (asking: Asking) => Promise<Told> {
  const waiting = new Map<number, Waiting>()
  let id = 0
  let gone: Fault | undefined

  function end(fault: Fault): void {
    gone = fault
    for (const { reject } of waiting.values()) reject(fault)
    waiting.clear()
  }

  port.listen(
    (text) => {
      const reply = parsed(text)
      if (reply instanceof Fault) return end(reply)
      const asked = waiting.get(reply.id)
      waiting.delete(reply.id)
      if (asked) settle(asked, reply)
    },
    () => end(new Fault('boot.gone')),
  )

  return (asking) => {
    if (gone) return Promise.reject(gone)
    const request = { ...asking, id: ++id }
    return new Promise((resolve, reject) => {
      waiting.set(request.id, { resolve, reject })
      port.send(JSON.stringify(request))
    })
  }
}

function parsed(text: string): Reply | Fault {
  try {
    return readReply(text)
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
}

function settle({ resolve, reject }: Waiting, { told, fault, diskError }: Reply): void {
  if (told) resolve(told)
  else if (diskError !== undefined) reject(Object.assign(new Error(diskError), { code: diskError }))
  else if (fault && isFaultCode(fault.code)) reject(new Fault(fault.code, fault.facts))
  else reject(new Fault('boot.gone', { why: 'an answer that says nothing' }))
}

function required<T>(told: T | undefined): T {
  if (told === undefined) throw new Fault('boot.gone', { why: 'an answer without what was asked for' })
  return told
}
