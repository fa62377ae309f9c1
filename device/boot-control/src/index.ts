// Boot control: slots, one trial, one way home, and the floor. One interface, one driver per bootloader.

export { BOOT_DEFAULTS, BootConfig, readBootConfig } from './boot-config.ts'
export type { BootControl, BootView, SlotContent, SlotName, TrialEnd } from './boot-control.ts'
export { BootStage, type BootWorld } from './boot-stage.ts'
export type { Port } from './channel.ts'
export { openFileCounter } from './file-counter.ts'
export type { Health, ImageEnd, ImageStart, Machine, RunningImage } from './machine.ts'
export { type Factory, provision } from './provision.ts'
export { remoteBootControl } from './remote-boot-control.ts'
export type { SecurityCounter } from './security-counter.ts'
export { type Served, serveBootControl } from './serve-boot-control.ts'
export { imageOf, manifestOf, otherThan } from './slot.ts'
export { type Requirements, readManifest, verifySlot } from './verify-slot.ts'
