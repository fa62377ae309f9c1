// Bytes that grow: the content of a file on the virtual disk.

import type { ContentChange } from './persistence.ts'

export class Content {
  private bytes: Uint8Array
  private length: number

  constructor(bytes: Uint8Array = new Uint8Array()) {
    this.bytes = bytes.slice()
    this.length = bytes.byteLength
  }

  get lengthBytes(): number {
    return this.length
  }

  slice(offsetBytes = 0, lengthBytes = this.length): Uint8Array {
    return this.bytes.slice(Math.min(offsetBytes, this.length), Math.min(offsetBytes + lengthBytes, this.length))
  }

  apply(change: ContentChange): void {
    if (change.change === 'truncate') this.truncate(change.lengthBytes)
    else this.write(change.offsetBytes, change.bytes)
  }

  private write(offsetBytes: number, bytes: Uint8Array): void {
    const end = offsetBytes + bytes.byteLength
    this.reserve(end)
    this.bytes.set(bytes, offsetBytes)
    this.length = Math.max(this.length, end)
  }

  private truncate(lengthBytes: number): void {
    this.reserve(lengthBytes)
    if (lengthBytes < this.length) this.bytes.fill(0, lengthBytes, this.length)
    this.length = lengthBytes
  }

  private reserve(lengthBytes: number): void {
    if (lengthBytes <= this.bytes.byteLength) return
    const grown = new Uint8Array(Math.max(lengthBytes, this.bytes.byteLength * 2))
    grown.set(this.bytes)
    this.bytes = grown
  }
}
