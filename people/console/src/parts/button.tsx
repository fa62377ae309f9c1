// Buttons of three weights and one danger, and links that look the same. Never smaller than 32 px (WCAG 2.2, 2.5.8).

import { Icon, type IconName } from './icon.tsx'

type Weight = 'strong' | 'plain' | 'quiet' | 'danger'

const LOOK: Readonly<Record<Weight, string>> = {
  strong: 'bg-accent text-on-accent hover:bg-accent-hover shadow-card',
  plain: 'bg-card text-ink ring-1 ring-inset ring-line hover:bg-well shadow-card',
  quiet: 'text-soft hover:bg-well hover:text-ink',
  danger: 'bg-bad text-on-accent hover:bg-bad-hover shadow-card',
}

export function buttonLook(weight: Weight): string {
  return `inline-flex min-h-9 items-center justify-center gap-2 rounded-lg px-3.5 py-1.5 text-sm font-medium whitespace-nowrap transition-colors disabled:cursor-not-allowed disabled:opacity-55 ${LOOK[weight]}`
}

type ButtonProps = Omit<React.ComponentProps<'button'>, 'className'> & {
  weight?: Weight
  icon?: IconName
  busy?: boolean
}

export function Button({ weight = 'plain', icon, busy = false, children, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={buttonLook(weight)}
      aria-disabled={busy || undefined}
      onClick={busy ? undefined : onClick}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  )
}
