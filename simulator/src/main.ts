// `npm start`: the story on one machine, told in the terminal, and served until it is stopped.

import { once } from 'node:events'
import { HELP, type Options, readOptions } from './story/options.ts'
import { type Running, tellStory } from './story/story.ts'
import { type Stage, stageOn } from './story/view.ts'

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  let options: Options | undefined
  try {
    options = readOptions(args)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\nsee npm start -- --help\n`)
    return 2
  }
  if (!options) {
    process.stdout.write(HELP)
    return 0
  }
  return run(options)
}

async function run(options: Options): Promise<number> {
  const stage = stageOn(options.json ? process.stderr : process.stdout)
  const stopping = untilStopped()
  let running: Running
  try {
    running = await tellStory(options, stage, stopping)
  } catch (error) {
    stage.end()
    process.stderr.write(
      `The story did not come to its end: ${error instanceof Error ? error.message : String(error)}\n`,
    )
    if (options.json) process.stdout.write(`${JSON.stringify({ ok: false, error: String(error) })}\n`)
    return 1
  }
  const { result } = running
  stage.say(`The story is told in ${result.seconds} s${result.ok ? '' : ', but not all of it happened as it must'}.`)
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`)
  if (!options.once) await serve(running, stage, stopping)
  await running.stop()
  stage.end()
  return result.ok ? 0 : 1
}

async function serve(running: Running, stage: Stage, stopping: AbortSignal): Promise<void> {
  stage.say(`The server goes on at ${running.consoleUrl} until you stop it with Ctrl-C.`)
  const timer = setInterval(() => void running.devices().then(stage.show, () => undefined), 1000)
  if (!stopping.aborted) await once(stopping, 'abort')
  clearInterval(timer)
}

// What was started must not be left behind, however the story is asked to end.
function untilStopped(): AbortSignal {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stopping.abort())
  return stopping.signal
}
