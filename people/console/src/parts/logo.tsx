// The mark of Sealift: something is lifted, over water.

export function Logo() {
  return (
    <span className="inline-flex items-center gap-2.5 text-base font-semibold tracking-tight">
      <svg viewBox="0 0 32 32" className="size-7" aria-hidden="true" focusable="false">
        <rect width="32" height="32" rx="8" className="fill-accent" />
        <g fill="none" className="stroke-on-accent" strokeWidth="2.6" strokeLinecap="round" strokeLinejoin="round">
          <path d="M16 6.5V17M11.5 11 16 6.5l4.5 4.5" />
          <path d="M5.5 21.5c3.5 0 3.5 2.6 7 2.6s3.5-2.6 7-2.6 3.5 2.6 7 2.6" opacity="0.7" />
        </g>
      </svg>
      Sealift
    </span>
  )
}
