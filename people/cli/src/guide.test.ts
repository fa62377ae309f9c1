import { expect, test } from 'vitest'
import { commandLineGuide } from './guide.ts'

test('docs/guides/command-line.md says what the commands say; `npx vitest run people/cli -u` writes it anew', async () => {
  await expect(await commandLineGuide()).toMatchFileSnapshot('../../../docs/guides/command-line.md')
})
