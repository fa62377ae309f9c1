// A world that we own: time that moves when told, chance that repeats, a disk that loses power, a network that breaks.

export * from './persistence.ts'
export * from './seeded-chance.ts'
export * from './virtual-clock.ts'
export * from './virtual-disk.ts'
export * from './virtual-network.ts'
