// The real world: clock, chance, disk, network and the lock of a folder. Only a program's main.ts comes in here.

export { realChance } from './real-chance.ts'
export { realClock } from './real-clock.ts'
export { realDisk } from './real-disk.ts'
export { type FolderLock, lockFolder } from './real-lock.ts'
export { type RealNetwork, type RealNetworkOptions, realNetwork } from './real-network.ts'
