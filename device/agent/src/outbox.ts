// Reports that no server has acknowledged yet: one small file each, named by its number.

import { Fault, parseJson, SignedReport } from '@sealift/protocol'
import { type Disk, replaceFile } from '@sealift/world'
import { FILES } from './folder.ts'
import { OUTBOX_REPORTS_MAX, REPORT_BYTES_MAX } from './limits.ts'

export type Outbox = {
  /** How many wait of those that the journal knows of. */
  waiting(seqLast: number): number
  /** Durable when it returns; not to be sent before the journal has its number. */
  put(report: SignedReport): Promise<void>
  /** Drop what `report` makes superfluous: older progress, and the oldest beyond the limit. */
  thin(report: SignedReport): Promise<void>
  /** The oldest that the journal knows of, in order. Files that do not read as reports are dropped. */
  first(countMax: number, seqLast: number): Promise<readonly SignedReport[]>
  /** The server has these. A removal that a power cut undoes is made good by sending again: the server takes each once. */
  acknowledge(seq: number): Promise<void>
}

// Numbers are padded so that names sort as numbers do.
const NAME = /^(\d{16})(\.progress)?\.json$/

/** @param seqLast  the journal's: a report beyond it belongs to a change that never came about, and is dropped */
export async function openOutbox(disk: Disk, seqLast: number): Promise<Outbox> {
  const pathOf = (name: string) => `${FILES.outbox}/${name}`
  let names: string[] = []
  for (const name of await disk.list(FILES.outbox)) {
    if (NAME.test(name) && seqOf(name) <= seqLast) names.push(name)
    else await disk.remove(pathOf(name))
  }

  async function drop(unwanted: (name: string) => boolean): Promise<void> {
    for (const name of names.filter(unwanted)) {
      await disk.remove(pathOf(name))
      names = names.filter((other) => other !== name)
    }
  }

  async function read(name: string): Promise<SignedReport | undefined> {
    try {
      const bytes = (await disk.read(pathOf(name))) ?? new Uint8Array()
      return parseJson(SignedReport, bytes, { lengthBytesMax: REPORT_BYTES_MAX }, 'keep.damaged')
    } catch (error) {
      if (error instanceof Fault) return undefined
      throw error
    }
  }

  return {
    waiting: (seqLast) => names.filter((name) => seqOf(name) <= seqLast).length,
    async put(report) {
      const name = nameOf(report)
      // Left by a change that never came about.
      await drop((other) => seqOf(other) >= report.signed.seq)
      await replaceFile(disk, pathOf(name), Buffer.from(JSON.stringify(report)))
      names = [...names, name]
    },
    async thin(report) {
      await drop((name) => name.includes('.progress') && seqOf(name) < report.signed.seq)
      const oldest = new Set(names.slice(0, Math.max(0, names.length - OUTBOX_REPORTS_MAX)))
      await drop((name) => oldest.has(name))
    },
    async first(countMax, seqLast) {
      const reports: SignedReport[] = []
      for (const name of names.filter((name) => seqOf(name) <= seqLast).slice(0, countMax)) {
        const report = await read(name)
        if (report) reports.push(report)
        else await drop((other) => other === name)
      }
      return reports
    },
    async acknowledge(seq) {
      await drop((name) => seqOf(name) <= seq)
    },
  }
}

function nameOf({ signed }: SignedReport): string {
  return `${String(signed.seq).padStart(16, '0')}${signed.event === 'progress' ? '.progress' : ''}.json`
}

function seqOf(name: string): number {
  return Number(NAME.exec(name)?.[1])
}
