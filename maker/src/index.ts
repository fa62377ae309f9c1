// Build, sign and publish releases: where the keys are. Works offline.

export { type Created, createRelease, IMAGE_LENGTH_BYTES_MAX, type ReleaseWish } from './build.ts'
export type { Draft } from './draft.ts'
export {
  type Expiry,
  forecastExpiry,
  type Lifetime,
  lifetimeOfCertificate,
  lifetimeOfMetadata,
  readLifetimes,
} from './expiry.ts'
export { type Organisation, readOrganisation } from './folder.ts'
export type { OnProgress } from './image/digest.ts'
export { type Inspection, inspectImage } from './image/inspect.ts'
export { type ImageSource, imageSourceOf, type ReadAt } from './image/source.ts'
export { suggestVersion } from './image/suggest.ts'
export { type Passphrase, passphraseOf } from './keys/passphrase.ts'
export { ONLINE_ROLES, type OnlineRole } from './keys/role-keys.ts'
export { createOrganisation, type ServerPart } from './organisation.ts'
export { addProduct, listProducts, readProduct } from './products.ts'
export { type PublishApi, type PublishedRelease, publishRelease } from './publish.ts'
export { listReleases, type ReleaseHere } from './releases.ts'
export { bootManifestOf, type SignedRelease, signRelease } from './sign.ts'
export { type FileSigner, ownRepositoryTexts, type VerifiedFile, verifyFile } from './verify-file.ts'
