// The boot stage on a real machine: as a process of its own, with images as its children.

export { type BootStageProcess, startBootStage } from './real-boot-stage.ts'
export { type RealMachineOptions, realMachine } from './real-machine.ts'
