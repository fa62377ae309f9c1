// The floor of a device: a number that only grows, below which no image is started.

/**
 * Kept where an attacker with the device in hand cannot lower it: a TPM's NV counter, RPMB, fuses. Raised only after a
 * release was confirmed, never before: the old image must stay bootable until then.
 */
export interface SecurityCounter {
  /** @throws {Fault} `boot.state` when it cannot be trusted: nothing is started then */
  read(): Promise<number>
  /** Raises the counter to `to`, durably; a value that is not above the present one changes nothing. */
  raise(to: number): Promise<void>
}
