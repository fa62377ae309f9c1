// Images as tales: how an image behaves is told by its bytes, and passes on a virtual clock.

import type { Clock, Disk } from '@sealift/world'
import type { Health, ImageEnd, Machine, RunningImage } from './machine.ts'
import { imageOf } from './slot.ts'

/** When what happens to an image, counted from its start. What is not told does not happen. */
export type Tale = {
  /** It begins to answer; at once when not told. */
  readonly answersAfterMs?: number
  /** It says that it is well; as soon as it answers when not told. */
  readonly wellAfterMs?: number
  readonly illAfterMs?: number
  readonly hangsAfterMs?: number
  readonly endsAfterMs?: number
}

/** Runs the images of a device's folder. `runs` is the number of images that run now: never more than one. */
export class VirtualMachine implements Machine {
  runs = 0
  private readonly clock: Clock
  private readonly disk: Disk
  private readonly taleOf: (image: Uint8Array) => Tale

  constructor(clock: Clock, disk: Disk, taleOf: (image: Uint8Array) => Tale) {
    this.clock = clock
    this.disk = disk
    this.taleOf = taleOf
  }

  async start({ slot }: { readonly slot: 'a' | 'b' }): Promise<RunningImage> {
    const tale = this.taleOf((await this.disk.read(imageOf(slot))) ?? new Uint8Array())
    const end = Promise.withResolvers<ImageEnd>()
    const death = new AbortController()
    const finish = (how: ImageEnd) => {
      if (death.signal.aborted) return
      this.runs--
      death.abort()
      end.resolve(how)
    }
    this.runs++
    const startedMs = this.clock.elapsedMs()
    if (tale.endsAfterMs !== undefined) {
      void this.clock.sleep(tale.endsAfterMs, death.signal).then(() => finish({ exitCode: 1 }))
    }
    return {
      exited: end.promise,
      health: (signal) => this.ask(tale, startedMs, signal, death.signal),
      stop: async () => finish({ signal: 'SIGTERM' }),
    }
  }

  private async ask(tale: Tale, startedMs: number, signal: AbortSignal, death: AbortSignal): Promise<Health> {
    const ageMs = this.clock.elapsedMs() - startedMs
    if (death.aborted || ageMs < (tale.answersAfterMs ?? 0)) return { answer: 'none', why: 'ECONNREFUSED' }
    if (ageMs >= (tale.hangsAfterMs ?? Number.POSITIVE_INFINITY)) {
      await aborted(AbortSignal.any([signal, death]))
      return { answer: 'none', why: 'it does not answer' }
    }
    if (ageMs >= (tale.illAfterMs ?? Number.POSITIVE_INFINITY)) return { answer: 'ill', why: 'it is told so' }
    return ageMs >= (tale.wellAfterMs ?? 0) ? { answer: 'well' } : { answer: 'ill', why: 'it starts' }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
