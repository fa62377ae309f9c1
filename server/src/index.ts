// The server's front door: found a folder, open a server on it, or build its two listeners for a world of one's own.

export { type Founding, foundServer, type KeyPairPem, type Listen, type OnlineKeysPem, onlineKeysOf } from './folder.ts'
export { type House, type HouseParts, makeHouse } from './house.ts'
export type { FingerprintOf } from './identity/device-gate.ts'
export type { OnlineKeys } from './identity/online-keys.ts'
export { buildDeviceApp, type DeviceAppOptions } from './listeners/device-app.ts'
export { buildPeopleApp, type PeopleAppOptions } from './listeners/people-app.ts'
export { type LogTo, newLog } from './log.ts'
export { createSignInLink } from './people/sign-in.ts'
export {
  createServerFolder,
  type OpenServer,
  type OpenServerOptions,
  openServer,
  type ServerWorld,
} from './real-server.ts'
export { DEFAULT_SETTINGS, type Settings } from './settings.ts'
export { openStore, type Store } from './store/store.ts'
export { renewMetadata, startTicks, type Ticks } from './ticks.ts'
