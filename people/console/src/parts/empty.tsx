// Nothing here yet, and how there comes to be something.

import { Coded } from './coded.tsx'
import { Icon, type IconName } from './icon.tsx'

export function Empty({ icon, title, next }: { icon: IconName; title: string; next: string }) {
  return (
    <div className="flex flex-col items-center px-6 py-12 text-center">
      <span className="mb-4 inline-flex size-12 items-center justify-center rounded-full bg-well text-soft">
        <Icon name={icon} className="size-5.5" />
      </span>
      <p className="font-semibold">{title}</p>
      <p className="mt-1 max-w-[58ch] leading-relaxed text-soft">
        <Coded text={next} />
      </p>
    </div>
  )
}
