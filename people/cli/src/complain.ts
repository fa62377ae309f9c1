// Every error as its reader needs it: code, meaning, facts and what to do next; with --json one problem document.

import { FAULTS, type Facts, Fault, type Problem } from '@sealift/protocol'
import { EXITS, type Exit, exitOfFault } from './exit-codes.ts'
import { paint } from './output/paint.ts'
import { neutraliseJson, say } from './output/safe-text.ts'
import { facts as factLines } from './output/table.ts'
import { note, type Terminal } from './output/terminal.ts'
import { Refused } from './refused.ts'
import { UsageError } from './usage-error.ts'

type Complaint = Pick<Problem, 'title' | 'code' | 'next' | 'facts' | 'detail'> & { readonly exit: Exit }

/** Prints the error to stderr. @returns how the command ends */
export function complain(terminal: Terminal, error: unknown, json: boolean): Exit {
  const complaint = complaintOf(error)
  if (json) terminal.writeErr(`${neutraliseJson(JSON.stringify(problemOf(complaint), null, 2))}\n`)
  else printComplaint(terminal, complaint)
  if (complaint.code === 'bug' && terminal.env['SEALIFT_DEBUG'] && error instanceof Error) {
    for (const line of (error.stack ?? '').split('\n')) note(terminal, paint.quiet(line))
  }
  return complaint.exit
}

function printComplaint(terminal: Terminal, { title, code, detail, facts, next }: Complaint): void {
  note(terminal, say`${paint.bad('sealift:')} ${paint.strong(title)} ${paint.quiet(`(${code})`)}`)
  // A problem's detail repeats what stands in the title and in the facts.
  if (detail !== '' && !detail.startsWith(title)) note(terminal, say`  ${detail}`)
  for (const line of factLines(Object.entries(facts).map(([name, value]) => [name, String(value)]))) {
    note(terminal, say`  ${line}`)
  }
  note(terminal, say`${paint.strong('next:')} ${next}`)
}

// RFC 9457 without `status`, which is for HTTP; `exit` is how the command ends.
function problemOf({ exit, title, detail, code, next, facts }: Complaint): object {
  const type = `urn:sealift:fault:${code}`
  return { type, title, detail: detail === '' ? title : detail, code, next, facts, exit: EXITS[exit].code }
}

function complaintOf(error: unknown): Complaint {
  if (error instanceof Fault) return complaintOfFault(error)
  if (error instanceof Refused) return { ...error.problem, exit: exitOfFault(error.problem.code) }
  if (error instanceof UsageError) {
    return { title: error.message, code: 'usage', next: error.next, facts: {}, detail: '', exit: 'usage' }
  }
  return (error instanceof Error && complaintOfSystem(error)) || complaintOfBug(error)
}

function complaintOfFault({ code, facts }: Fault): Complaint {
  const { means, next } = FAULTS[code]
  return { title: means, code, next, facts, detail: '', exit: exitOfFault(code) }
}

// What the operating system says most often, in the words of the fault table where it has them.
const SYSTEM: Readonly<Record<string, { code: keyof typeof FAULTS; next?: string }>> = {
  ENOENT: { code: 'keep.missing', next: 'check the path' },
  ENOTDIR: { code: 'keep.missing', next: 'check the path' },
  EISDIR: { code: 'keep.missing', next: 'name a file, not a folder' },
  EACCES: { code: 'keep.missing', next: 'check who may read and write there' },
  EPERM: { code: 'keep.missing', next: 'check who may read and write there' },
  EEXIST: { code: 'keep.exists' },
  ENOSPC: { code: 'keep.full' },
  EDQUOT: { code: 'keep.full' },
  EROFS: { code: 'keep.full', next: 'the file system is read-only; use another folder' },
}

function complaintOfSystem(error: NodeJS.ErrnoException): Complaint | undefined {
  const known = SYSTEM[error.code ?? '']
  if (!known) return undefined
  const { means, next } = FAULTS[known.code]
  const facts: Facts = { os: error.code ?? '', ...(error.path !== undefined && { path: error.path }) }
  return { title: means, code: known.code, next: known.next ?? next, facts, detail: '', exit: 'error' }
}

function complaintOfBug(error: unknown): Complaint {
  return {
    title: 'this should not have happened',
    code: 'bug',
    next: 'run it again with SEALIFT_DEBUG=1 and report what it prints',
    facts: {},
    detail: error instanceof Error ? error.message : String(error),
    exit: 'error',
  }
}
