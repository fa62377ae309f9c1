// A digest, shortened for the eye and copied whole.

import { useState } from 'react'
import { browser } from '../real-browser.ts'
import { useAnnounce } from './announcer.tsx'
import { Icon } from './icon.tsx'

const SHOWN_MS = 2_000

export function Digest({ sha256, of }: { sha256: string; of: string }) {
  const announce = useAnnounce()
  const [isCopied, setIsCopied] = useState(false)

  async function copy() {
    await navigator.clipboard.writeText(sha256)
    announce(`Digest of ${of} copied`)
    setIsCopied(true)
    browser.later(SHOWN_MS, () => setIsCopied(false))
  }

  return (
    <span className="inline-flex items-center gap-0.5 whitespace-nowrap">
      <code className="font-mono text-[0.8125rem] text-soft" title={sha256}>
        {sha256.slice(0, 8)}…{sha256.slice(-4)}
      </code>
      <button
        type="button"
        onClick={() => void copy()}
        className={`inline-flex size-7 items-center justify-center rounded-md hover:bg-well ${isCopied ? 'text-good' : 'text-soft hover:text-ink'}`}
        aria-label={`Copy the digest of ${of}`}
        title="Copy the whole digest"
      >
        <Icon name={isCopied ? 'check' : 'copy'} className="size-3.5" />
      </button>
    </span>
  )
}
