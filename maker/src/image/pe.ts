// PE/COFF for UEFI: boot loaders, kernels with an EFI stub, and unified kernel images. UEFI 2.10 §2.1; UAPI.5 (UKI).

import type { Facts } from '@sealift/protocol'
import { type ImageSource, readExactly, readUpTo, textIn } from './source.ts'

const MACHINES: Readonly<Record<number, string>> = {
  332: 'x86',
  34404: 'x86-64',
  450: 'arm',
  43620: 'aarch64',
  20530: 'riscv32',
  20580: 'riscv64',
  25188: 'loongarch64',
}

const SECTIONS_MAX = 64
const SECTION_LENGTH_BYTES = 40
const OS_RELEASE_LENGTH_BYTES_MAX = 4096
const EFI_APPLICATION = 10

export async function readPe(source: ImageSource): Promise<Facts | undefined> {
  const dos = await readExactly(source, 0, 64)
  if (dos?.toString('latin1', 0, 2) !== 'MZ') return undefined
  const peAt = dos.readUInt32LE(60)
  const header = await readExactly(source, peAt, 24 + 70)
  if (header?.toString('latin1', 0, 4) !== 'PE\0\0') return undefined
  const machine = header.readUInt16LE(4)
  const sections = await sectionsOf(source, peAt + 24 + header.readUInt16LE(20), header.readUInt16LE(6))
  const isEfi = header.readUInt16LE(24 + 68) === EFI_APPLICATION
  const isUnified = sections.has('.linux') && sections.has('.osrel')
  return {
    machine: MACHINES[machine] ?? `machine ${machine}`,
    kind: isUnified ? 'unified kernel image' : isEfi ? 'efi application' : 'program',
    ...(await releaseIn(source, sections.get('.osrel'))),
    ...(await kernelIn(source, sections.get('.uname'))),
  }
}

type Section = { readonly at: number; readonly lengthBytes: number }

async function sectionsOf(source: ImageSource, tableAt: number, rows: number): Promise<Map<string, Section>> {
  const sections = new Map<string, Section>()
  const table = await readExactly(source, tableAt, Math.min(rows, SECTIONS_MAX) * SECTION_LENGTH_BYTES)
  if (!table) return sections
  for (let row = 0; row < table.length; row += SECTION_LENGTH_BYTES) {
    const name = textIn(table.subarray(row, row + 8))
    const usedLengthBytes = table.readUInt32LE(row + 8)
    const storedLengthBytes = table.readUInt32LE(row + 16)
    sections.set(name, { at: table.readUInt32LE(row + 20), lengthBytes: Math.min(usedLengthBytes, storedLengthBytes) })
  }
  return sections
}

// os-release(5): NAME=value, one on each line, the value perhaps in quotes.
async function releaseIn(source: ImageSource, section: Section | undefined): Promise<Facts> {
  if (!section) return {}
  const bytes = await readUpTo(source, section.at, Math.min(section.lengthBytes, OS_RELEASE_LENGTH_BYTES_MAX))
  const text = bytes.toString('latin1')
  const os = fieldIn(text, 'PRETTY_NAME')
  const version = fieldIn(text, 'IMAGE_VERSION') || fieldIn(text, 'VERSION_ID')
  return { ...(os && { os }), ...(version && { version }) }
}

function fieldIn(text: string, name: string): string {
  const value = new RegExp(`^${name}=["']?([^"'\\n]*)`, 'm').exec(text)?.[1] ?? ''
  return textIn(Buffer.from(value, 'latin1'))
}

async function kernelIn(source: ImageSource, section: Section | undefined): Promise<Facts> {
  if (!section) return {}
  const kernel = textIn(await readUpTo(source, section.at, Math.min(section.lengthBytes, 128)))
  return kernel ? { kernel } : {}
}
