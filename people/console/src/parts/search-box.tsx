// A search box that asks once the typing rests.

import { useEffect, useState } from 'react'
import { browser } from '../real-browser.ts'
import { Icon } from './icon.tsx'

const REST_MS = 250

type SearchBoxProps = { label: string; value: string; search: (text: string) => void }

export function SearchBox({ label, value, search }: SearchBoxProps) {
  const [text, setText] = useState(value)

  useEffect(() => {
    if (text === value) return undefined
    return browser.later(REST_MS, () => search(text))
  }, [text, value, search])

  return (
    <label className="relative block w-full sm:w-64">
      <span className="sr-only">{label}</span>
      <span className="pointer-events-none absolute inset-y-0 left-3 flex items-center text-soft">
        <Icon name="search" />
      </span>
      <input
        type="search"
        value={text}
        onChange={(event) => setText(event.target.value)}
        placeholder={label}
        maxLength={63}
        className="min-h-9 w-full rounded-lg bg-card pr-3 pl-9 ring-1 ring-edge ring-inset placeholder:text-soft"
      />
    </label>
  )
}
