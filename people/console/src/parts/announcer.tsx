// What a screen reader is told politely: the outcome of an action, and each tenth of a progress.

import { createContext, use, useEffect, useState } from 'react'

const Announce = createContext<(text: string) => void>(() => undefined)

export function Announcer({ children }: { children: React.ReactNode }) {
  const [text, setText] = useState('')
  return (
    <Announce value={setText}>
      {children}
      <div role="status" aria-live="polite" className="sr-only">
        {text}
      </div>
    </Announce>
  )
}

export function useAnnounce(): (text: string) => void {
  return use(Announce)
}

/** Say `text` when the percentage enters another tenth, not at every change. */
export function useTenths(percent: number, text: string): void {
  const announce = useAnnounce()
  const tenth = Math.floor(percent / 10)
  const [said, setSaid] = useState(tenth)
  useEffect(() => {
    if (tenth === said) return
    setSaid(tenth)
    announce(text)
  }, [tenth, said, text, announce])
}
