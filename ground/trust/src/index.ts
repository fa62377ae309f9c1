// Who may say what, until when: TUF, Uptane, boot manifests, signed reports, and the journal's chain.

export * from './boot-manifest.ts'
export * from './canonical-json.ts'
export * from './delegation.ts'
export * from './journal-chain.ts'
export * from './key.ts'
export * from './metadata.ts'
export * from './read.ts'
export * from './repository.ts'
export * from './signed-report.ts'
export * from './threshold.ts'
export * from './uptane.ts'
export * from './write.ts'
