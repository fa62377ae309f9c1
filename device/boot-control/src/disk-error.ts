// Telling an error of the disk from a bug.

/** The operating system's word for it, `EIO` or `ENOSPC`; undefined when the error is none of the operating system. */
export function diskErrorOf(error: unknown): string | undefined {
  const { code } = error as { code?: unknown }
  return error instanceof Error && typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined
}
