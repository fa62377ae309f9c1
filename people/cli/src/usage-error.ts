// A command was not called as its help says.

/** Ends the command with exit code 2. `next` tells what to type instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly next: string

  constructor(message: string, next: string, options?: ErrorOptions) {
    super(message, options)
    this.next = next
  }
}
