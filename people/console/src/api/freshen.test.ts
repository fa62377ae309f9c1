// A burst of events costs one refresh of each thing it touches.

import type { LiveEvent } from '@sealift/protocol'
import { expect, test } from 'vitest'
import { Freshener } from './freshen.ts'

function harness() {
  const waits: (() => void)[] = []
  const asked: string[] = []
  const freshener = new Freshener(
    {
      later: (_delayMs, run) => {
        waits.push(run)
        return () => waits.splice(waits.indexOf(run), 1)
      },
    },
    {
      invalidateQueries: async (filters) => {
        asked.push((filters?.queryKey ?? []).join('/'))
      },
    },
  )
  return { freshener, waits, asked }
}

const device = (id: string): LiveEvent => ({ kind: 'device', id })

test('refreshes nothing before the events are quiet', () => {
  const { freshener, waits, asked } = harness()
  freshener.add(device('a'))
  freshener.add(device('b'))
  freshener.add(device('a'))
  expect(asked).toEqual([])
  expect(waits).toHaveLength(1)
})

test('then refreshes each thing once', () => {
  const { freshener, waits, asked } = harness()
  for (const id of ['a', 'b', 'a']) freshener.add(device(id))
  waits.shift()?.()
  expect(asked.toSorted()).toEqual(['device/a', 'device/b', 'devices', 'fleet'])
})

test('and begins anew with the next event', () => {
  const { freshener, waits, asked } = harness()
  freshener.add({ kind: 'journal', id: '1' })
  waits.shift()?.()
  freshener.add({ kind: 'journal', id: '2' })
  waits.shift()?.()
  expect(asked).toEqual(['journal', 'journal'])
})

test('a closed one does nothing more', () => {
  const { freshener, waits } = harness()
  freshener.add(device('a'))
  freshener.close()
  expect(waits).toEqual([])
})
