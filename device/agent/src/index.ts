// The agent of a device: it checks, verifies, downloads, installs, boots, confirms and reports.

export type { AgentOptions, Habits, World } from './agent.ts'
export { AgentStatus, readStatus } from './agent-status.ts'
export { writeConsent } from './consent-file.ts'
export { type DeviceFile, readDeviceFile } from './device-file.ts'
export { type EnrolOptions, enrolDevice } from './enrol.ts'
export { FILES } from './folder.ts'
export { LOG_LEVELS, type Log, type LogLevel } from './log.ts'
export { nextStep, type Seen, type SeenTrial, type SeenWork, type Step } from './next-step.ts'
export { type Permission, permissionOf } from './permission.ts'
export { type RunDeviceOptions, runDevice } from './real-device.ts'
export { runAgent } from './run.ts'
