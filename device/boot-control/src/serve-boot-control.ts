// The boot stage's end of the channel.

import { Fault, type FaultView } from '@sealift/protocol'
import type { BootControl } from './boot-control.ts'
import { type Port, type Reply, type Request, readRequest, type Told } from './channel.ts'
import { diskErrorOf } from './disk-error.ts'

/** A boot control that says where the other slot's image lies, instead of holding it open. */
export type Served = Omit<BootControl, 'openOther'> & { prepareOther(keep: boolean): Promise<string> }

/**
 * Answers every request until the channel closes.
 * @param opening  a boot stage that is being opened; when that faults, the fault is every answer
 */
export function serveBootControl(opening: Promise<Served>, port: Port, onClose: () => void): void {
  port.listen((text) => void answer(opening, port, text), onClose)
}

// What is neither a fault nor an error of the disk is a bug: it is not caught, and ends the process.
async function answer(opening: Promise<Served>, port: Port, text: string): Promise<void> {
  const request = readRequest(text)
  const reply = (said: Omit<Reply, 'id'>) => port.send(JSON.stringify({ id: request.id, ...said } satisfies Reply))
  try {
    reply({ told: await act(await opening, request) })
  } catch (error) {
    const diskError = diskErrorOf(error)
    if (error instanceof Fault) reply({ fault: faultOf(error) })
    else if (diskError !== undefined) reply({ diskError })
    else throw error
  }
}

async function act(stage: Served, request: Request): Promise<Told> {
  switch (request.ask) {
    case 'hello':
      return { slotLengthBytesMax: stage.slotLengthBytesMax }
    case 'look':
      return { view: withoutUndefined(await stage.look()) }
    case 'prepare-other':
      return { file: await stage.prepareOther(request.keep) }
    case 'seal':
      await stage.seal(request.bootManifest)
      return {}
    case 'arm':
      await stage.arm()
      return {}
    case 'restart':
      await stage.restart()
      return {}
    case 'confirm':
      await stage.confirm()
      return {}
    case 'fall-back':
      await stage.fallBack(request.code, request.facts)
      return {}
  }
}

// JSON leaves out what is undefined anyway; this tells the compiler.
function withoutUndefined(view: Awaited<ReturnType<Served['look']>>): NonNullable<Told['view']> {
  const { healthy, fellBack, slots, ...rest } = view
  return {
    ...rest,
    ...(healthy !== undefined && { healthy }),
    ...(fellBack !== undefined && { fellBack: { ...fellBack, facts: { ...fellBack.facts } } }),
    slots: { ...(slots.a && { a: slots.a }), ...(slots.b && { b: slots.b }) },
  }
}

function faultOf({ code, facts }: Fault): FaultView {
  return { code, facts: { ...facts } }
}
