// Ask before something that cannot be taken back. The safe answer has the focus.

import { AlertDialog } from '@base-ui/react/alert-dialog'
import { useRef } from 'react'
import { Button, buttonLook } from './button.tsx'
import { POPUP, SHADE } from './dialog.tsx'

type ConfirmDialogProps = {
  close: () => void
  title: string
  children: React.ReactNode
  confirm: string
  weight: 'danger' | 'strong'
  act: () => void
}

export function ConfirmDialog({ close, title, children, confirm, weight, act }: ConfirmDialogProps) {
  const safe = useRef<HTMLButtonElement>(null)
  return (
    <AlertDialog.Root open onOpenChange={(open) => !open && close()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={SHADE} />
        <AlertDialog.Popup className={POPUP} initialFocus={safe}>
          <AlertDialog.Title className="text-lg font-semibold tracking-tight">{title}</AlertDialog.Title>
          <AlertDialog.Description render={<div />} className="mt-2 space-y-2 leading-relaxed text-soft">
            {children}
          </AlertDialog.Description>
          <div className="mt-6 flex flex-wrap justify-end gap-2">
            <AlertDialog.Close ref={safe} className={buttonLook('plain')}>
              Leave it as it is
            </AlertDialog.Close>
            <Button
              weight={weight}
              onClick={() => {
                close()
                act()
              }}
            >
              {confirm}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
