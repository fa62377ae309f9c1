// The life of an update, told once: eleven stages, where each acts, and what lies beside them.

/** The eleven stages in order. File names, fault codes, reports, the console and the tests all use these words. */
export const LIFE = {
  build: { order: 1, place: 'maker', means: 'firmware becomes a release with a version, a digest and notes' },
  sign: { order: 2, place: 'maker', means: 'release and build keys vouch for the digest' },
  publish: { order: 3, place: 'maker', means: 'signed metadata and images reach the server' },
  assign: { order: 4, place: 'server', means: 'a rollout decides which release a device gets' },
  deliver: { order: 5, place: 'server', means: 'metadata and image bytes go to the device that may have them' },
  verify: { order: 6, place: 'device', means: 'director and image repository are checked and must agree' },
  install: { order: 7, place: 'device', means: 'the other slot is written and read back' },
  boot: { order: 8, place: 'device', means: 'the boot stage verifies the slot and starts it on trial' },
  confirm: { order: 9, place: 'device', means: 'a healthy image is kept, an ill one falls back' },
  report: { order: 10, place: 'device', means: 'the device says, signed, what became of it' },
  audit: { order: 11, place: 'server', means: 'every event is chained in the journal' },
} as const

export type Stage = keyof typeof LIFE

export const STAGES = Object.keys(LIFE) as readonly Stage[]

/** The device's side of `assign` and `deliver` is called by what the device does: it checks, and it downloads. */
export const DEVICE_STEPS = ['check', 'download', 'verify', 'install', 'boot', 'confirm', 'report'] as const

export type DeviceStep = (typeof DEVICE_STEPS)[number]

/** What is not a stage of an update but can fail too: who a device is, who may ask, and the folder things are kept in. */
export const BESIDE_LIFE = ['enrol', 'access', 'keep'] as const

export type Beside = (typeof BESIDE_LIFE)[number]
