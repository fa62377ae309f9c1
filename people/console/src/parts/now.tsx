// The time as the page shows it: one clock for all, which moves every few seconds.

import { createContext, use, useEffect, useState } from 'react'
import { browser } from '../real-browser.ts'

const PERIOD_MS = 2_000

const Now = createContext(0)

export function Clock({ children }: { children: React.ReactNode }) {
  const [nowMs, setNowMs] = useState(browser.nowMs)
  useEffect(() => browser.every(PERIOD_MS, () => setNowMs(browser.nowMs())), [])
  return <Now value={nowMs}>{children}</Now>
}

export function useNow(): number {
  return use(Now)
}
