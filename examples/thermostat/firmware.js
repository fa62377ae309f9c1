#!/usr/bin/env node
// A thermostat: it measures a room, heats it to what is wanted, and says on a socket how it is.
// The room and its sensor are simulated, ten minutes in each second; the rest is what a thermostat does.

/* The builder puts the firmware's version, its behaviour and its tables here. */
const BUILD = { version: '0.0.0', behaviour: 'good', curve: [], phrases: {}, icons: {} }

const STEP_MS = 250
const STEP_MINUTES = 2.5
const WANTED_C = 21
/** A reading further from what is wanted means that something is wrong with sensor, valve or control. */
const PLAUSIBLE_C = 12
/** The new control loop of a bad build takes over after so many steps, when the first readings are in. */
const TAKE_OVER_STEP = 10

const env = process.env
const room = { temperatureC: 18.5, outsideC: 4 }
const control = { valve: 0, steps: 0, measuredC: room.temperatureC }

/** Sensors of batch b answer every second question with "not a number": good firmware asks again. */
function makeSensor(batch) {
  let questions = 0
  return () =>
    batch === 'batch-b' && questions++ % 2 === 1 ? Number.NaN : room.temperatureC + Math.sin(questions) / 20
}

function measure(sensor) {
  const first = sensor()
  return Number.isNaN(first) ? sensor() : first
}

/** The valve's position, in per mille, for a difference from what is wanted; from the calibration of this build. */
function valveFor(differenceC) {
  const row = BUILD.curve.findLast(([fromC]) => differenceC >= fromC)
  return row === undefined ? 0 : row[1]
}

/** Proportional control over the calibrated curve: what every good build does. */
function regulate(sensor) {
  control.measuredC = measure(sensor)
  control.valve = valveFor(WANTED_C - control.measuredC)
}

/** The bad build's new loop. It waits for two readings that agree, which `NaN` never does, and its integral has no limit. */
function regulateAnew(sensor) {
  let [earlier, later] = [sensor(), sensor()]
  while (!(Math.abs(earlier - later) < 0.5)) [earlier, later] = [later, sensor()]
  control.measuredC = later
  control.integral = (control.integral ?? 0) + (WANTED_C - later) + 8
  control.valve = control.integral * 400
}

function step(sensor) {
  const isNew = BUILD.behaviour === 'fails-health' && control.steps >= TAKE_OVER_STEP
  if (isNew) regulateAnew(sensor)
  else regulate(sensor)
  room.temperatureC += STEP_MINUTES * (control.valve * 0.0004 - (room.temperatureC - room.outsideC) * 0.008)
  control.steps++
}

function health() {
  const differenceC = control.measuredC - WANTED_C
  if (Math.abs(differenceC) <= PLAUSIBLE_C && control.valve <= 1000) return { healthy: true }
  return { healthy: false, why: `the valve is asked to open to ${Math.round(control.valve / 10)} %` }
}

function answer(request, response) {
  const said = request.url === '/health' ? health() : undefined
  const status = said === undefined ? 404 : said.healthy ? 200 : 503
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(said ?? { why: 'only /health is here' }))
}

async function batchOf(folder) {
  const { readFile } = await import('node:fs/promises')
  return (await readFile(`${folder}/sensor`, 'utf8').catch(() => '')).trim()
}

// Neither `import` nor `require` at the top: the file has no ending, and must run as a module of either kind.
async function main() {
  const { createServer } = await import('node:http')
  const sensor = makeSensor(env.SEALIFT_DEVICE_DIR ? await batchOf(env.SEALIFT_DEVICE_DIR) : '')
  const clock = setInterval(() => step(sensor), STEP_MS)
  const server = createServer(answer)
  if (env.SEALIFT_HEALTH_SOCKET) server.listen(env.SEALIFT_HEALTH_SOCKET)
  process.once('SIGTERM', () => {
    clearInterval(clock)
    server.close()
    server.closeAllConnections()
  })
}

void main()
