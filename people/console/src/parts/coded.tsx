// Text of the fault table: what stands between back-ticks is a command.

export function Coded({ text }: { text: string }) {
  return text.split('`').map((part, place) =>
    place % 2 === 0 ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
      <code key={place} className="rounded bg-well px-1.5 py-0.5 font-mono text-[0.8125rem] break-words text-ink">
        {part}
      </code>
    ),
  )
}
