// A dialog over the page, closed by Escape, by its cross, or by a click beside it.

import { Dialog as Base } from '@base-ui/react/dialog'
import { Icon } from './icon.tsx'

export const SHADE =
  'fixed inset-0 z-40 bg-[oklch(0.2_0.03_245/0.45)] transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0'

export const POPUP =
  'fixed inset-x-4 top-1/2 z-50 mx-auto max-h-[calc(100dvh-2rem)] max-w-lg -translate-y-1/2 overflow-y-auto rounded-2xl bg-card p-6 shadow-lift ring-1 ring-line motion-safe:transition-[opacity,scale] duration-150 data-ending-style:scale-97 data-ending-style:opacity-0 data-starting-style:scale-97 data-starting-style:opacity-0'

type DialogProps = { isOpen: boolean; close: () => void; title: string; children: React.ReactNode }

export function Dialog({ isOpen, close, title, children }: DialogProps) {
  return (
    <Base.Root open={isOpen} onOpenChange={(open) => !open && close()}>
      <Base.Portal>
        <Base.Backdrop className={SHADE} />
        <Base.Popup className={POPUP}>
          <div className="mb-4 flex items-start justify-between gap-4">
            <Base.Title className="text-lg font-semibold tracking-tight">{title}</Base.Title>
            <Base.Close
              aria-label="Close"
              className="-mt-1 -mr-1 inline-flex size-8 items-center justify-center rounded-lg text-soft hover:bg-well hover:text-ink"
            >
              <Icon name="close" />
            </Base.Close>
          </div>
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
