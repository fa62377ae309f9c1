// Espressif image: ESP8266, and ESP32 with the description of its application. esp-idf, esp_app_format and esp_app_desc.

import type { Facts } from '@sealift/protocol'
import { type ImageSource, readExactly, textIn } from './source.ts'

const MAGIC = 0xe9
const SEGMENTS_MAX = 16
const HEADER_8266_LENGTH_BYTES = 8
const HEADER_32_LENGTH_BYTES = 24
const SEGMENT_HEADER_LENGTH_BYTES = 8
const DESCRIPTION_MAGIC = 0xabcd5432
const DESCRIPTION_LENGTH_BYTES = 256

const CHIPS: Readonly<Record<number, string>> = {
  0: 'esp32',
  2: 'esp32-s2',
  5: 'esp32-c3',
  9: 'esp32-s3',
  12: 'esp32-c2',
  13: 'esp32-c6',
  16: 'esp32-h2',
  18: 'esp32-p4',
  20: 'esp32-c61',
  23: 'esp32-c5',
}

/** The magic is one byte, so an image counts only when all its segments lie inside the file as well. */
export async function readEsp(source: ImageSource): Promise<Facts | undefined> {
  const header = await readExactly(source, 0, HEADER_32_LENGTH_BYTES)
  if (header?.[0] !== MAGIC) return undefined
  const segments = header[1] ?? 0
  if (segments === 0 || segments > SEGMENTS_MAX) return undefined
  const chip = CHIPS[header.readUInt16LE(12)]
  if (chip && (await segmentsFit(source, HEADER_32_LENGTH_BYTES, segments))) {
    return { chip, segments, ...(await descriptionIn(source)) }
  }
  return (await segmentsFit(source, HEADER_8266_LENGTH_BYTES, segments)) ? { chip: 'esp8266', segments } : undefined
}

async function segmentsFit(source: ImageSource, headerLengthBytes: number, segments: number): Promise<boolean> {
  let at = headerLengthBytes
  for (let i = 0; i < segments; i++) {
    const header = await readExactly(source, at, SEGMENT_HEADER_LENGTH_BYTES)
    const lengthBytes = header?.readUInt32LE(4) ?? 0
    if (lengthBytes === 0 || lengthBytes % 4 !== 0) return false
    at += SEGMENT_HEADER_LENGTH_BYTES + lengthBytes
  }
  return at <= source.lengthBytes
}

async function descriptionIn(source: ImageSource): Promise<Facts> {
  const at = HEADER_32_LENGTH_BYTES + SEGMENT_HEADER_LENGTH_BYTES
  const description = await readExactly(source, at, DESCRIPTION_LENGTH_BYTES)
  if (description?.readUInt32LE(0) !== DESCRIPTION_MAGIC) return {}
  return {
    project: textIn(description.subarray(48, 80)),
    version: textIn(description.subarray(16, 48)),
    idf: textIn(description.subarray(112, 144)),
    secureVersion: description.readUInt32LE(4),
    elfSha256: description.toString('hex', 144, 176),
  }
}
