// What each step is called in reports and for people.

import type { Step as StepName } from '@sealift/protocol'
import type { Step } from './next-step.ts'

export const STEP_NAMES: Readonly<Record<Step['do'], StepName>> = {
  rest: 'rest',
  tell: 'rest',
  'own-up': 'confirm',
  check: 'check',
  verify: 'verify',
  report: 'report',
  download: 'download',
  install: 'install',
  boot: 'boot',
  confirm: 'confirm',
  'fall-back': 'confirm',
}
