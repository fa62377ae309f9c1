// Images as tales, for tests and the simulator.

export { type Tale, VirtualMachine } from './virtual-machine.ts'
