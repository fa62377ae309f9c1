// Where a blob lies: by its digest, in folders that stay small.

/** Uploads under way. What is left in here when the server starts was never acknowledged. */
export const INCOMING = 'blobs/incoming'

export function blobNameOf(sha256: string): string {
  return `blobs/sha256/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`
}
