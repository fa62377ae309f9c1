// The demonstration firmware: a thermostat in good versions and a bad one.

export { buildThermostat, type ThermostatBuild } from './build.ts'
