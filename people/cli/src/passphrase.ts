// The passphrase that opens the maker's keys: from a file, from the environment, or typed unseen. Never an argument.

import { readFile } from 'node:fs/promises'
import type { Passphrase } from '@sealift/maker'
import { Fault } from '@sealift/protocol'
import { option } from './command.ts'
import { hidden } from './prompt.ts'
import type { Session } from './session.ts'
import { UsageError } from './usage-error.ts'

export const passphraseFile = option('--passphrase-file <file>', 'file whose first line opens the maker’s keys')

const FILE_BYTES_MAX = 4096

const NEXT = 'set SEALIFT_PASSPHRASE, name a file with --passphrase-file, or run this on a terminal'

/** The passphrase: given, or typed unseen. @throws {UsageError} when there is nobody to ask */
export async function openPassphrase(session: Session, file: string | undefined): Promise<Passphrase> {
  const text = (await given(session, file)) ?? (await hidden(session, 'Passphrase of the maker’s keys: ', NEXT))
  return (await import('@sealift/maker')).passphraseOf(text)
}

/** A passphrase for keys about to be made: typed twice when it is typed. @throws {UsageError} */
export async function choosePassphrase(session: Session, file: string | undefined): Promise<Passphrase> {
  const text = (await given(session, file)) ?? (await typedTwice(session))
  return (await import('@sealift/maker')).passphraseOf(text)
}

async function given({ terminal: { env } }: Session, file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return env['SEALIFT_PASSPHRASE']
  const text = await readFile(file, 'utf8')
  const [line = ''] = text.split(/\r?\n/)
  if (line === '' || text.length > FILE_BYTES_MAX) throw new Fault('sign.passphrase', { file })
  return line
}

async function typedTwice(session: Session): Promise<string> {
  const first = await hidden(session, 'A passphrase for the new keys: ', NEXT)
  const second = await hidden(session, 'The same again: ', NEXT)
  if (first === second) return first
  throw new UsageError('the two passphrases are not the same', 'type them again')
}
