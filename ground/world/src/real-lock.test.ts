import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lockFolder } from './real-lock.ts'

const newFolder = () => mkdtemp(join(tmpdir(), 'sealift-lock-'))

const HOLDER = `
  import { lockFolder } from ${JSON.stringify(new URL('./real-lock.ts', import.meta.url).href)}
  process.on('message', () => undefined)
  const said = await lockFolder(process.argv[1]).then(() => 'held', (fault) => fault.code)
  gc()
  process.send(said)
`

/** A process of its own that takes the lock of `folder`, keeps no reference to it, and says how that went. */
async function contend(folder: string): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '--eval', HOLDER, folder], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const [said] = await once(child, 'message')
  return { child, said }
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

test('the second one learns who holds the folder; after release it may have it', async () => {
  const folder = join(await newFolder(), 'made', 'if-missing')
  const lock = await lockFolder(folder)
  await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'keep.busy', facts: { folder, pid: process.pid } })
  expect((await readdir(folder)).sort()).toEqual(['lock', 'lock.pid'])
  await lock.release()
  await (await lockFolder(folder)).release()
})

test('another process is kept out, until the holder is killed', async () => {
  const folder = await newFolder()
  const { child, said } = await contend(folder)
  expect(said).toBe('held')
  await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'keep.busy', facts: { pid: child.pid } })
  await kill(child)
  await (await lockFolder(folder)).release()
})

test('of several who come at once, over the lock of a killed one, exactly one gets it', async () => {
  const folder = await newFolder()
  await kill((await contend(folder)).child)
  const contenders = await Promise.all([1, 2, 3, 4].map(() => contend(folder)))
  expect(contenders.map(({ said }) => said).sort()).toEqual(['held', 'keep.busy', 'keep.busy', 'keep.busy'])
  await Promise.all(contenders.map(({ child }) => kill(child)))
})

test('a lock file that is not ours is told apart from a busy one', async () => {
  const folder = await newFolder()
  await writeFile(join(folder, 'lock'), 'x'.repeat(5000))
  await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'keep.damaged' })
})
