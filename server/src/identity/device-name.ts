// How a device is called: by its product and its serial number, or by chance when it has none.

import type { Chance } from '@sealift/world'
import type { Trx } from '../store/store.ts'

const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'
const NAME_LENGTH_MAX = 63
const CHANCE_LENGTH = 10

/** A serial number that is taken, for example by the same board before it was retired, gets a random end. */
export async function newDeviceId(
  trx: Trx,
  chance: Chance,
  product: string,
  serial: string | undefined,
): Promise<string> {
  const byChance = letters(chance, CHANCE_LENGTH)
  const stem = product.slice(0, NAME_LENGTH_MAX - CHANCE_LENGTH - 1)
  if (serial === undefined) return `${stem}-${byChance}`
  const id = `${product}-${serial}`
  if (id.length > NAME_LENGTH_MAX) return `${stem}-${byChance}`
  const taken = await trx.selectFrom('device').select('id').where('id', '=', id).executeTakeFirst()
  return taken ? `${id.slice(0, NAME_LENGTH_MAX - CHANCE_LENGTH - 1)}-${byChance}` : id
}

// 31 letters that nobody mistakes for one another; 256 is no multiple of 31, which matters for secrets and not for names.
function letters(chance: Chance, length: number): string {
  return [...chance.bytes(length)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('')
}
