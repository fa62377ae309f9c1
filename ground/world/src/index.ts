// What the outside world does for us: clock, disk, network, chance. Real in each program's main.ts, virtual in the simulator.

export * from './chance.ts'
export * from './clock.ts'
export * from './disk.ts'
export * from './durable.ts'
export * from './network.ts'
