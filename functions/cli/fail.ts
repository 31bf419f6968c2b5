import { Refusal } from '../../src/refusal.ts'
import { INTERRUPTED } from './interrupt.ts'
import { terminalOf } from './terminal.ts'

/** Says on standard error what was thrown, as a person reads it; gives the exit code: 1 for a refusal, 2 for wrong usage, 3 for a bug, 130 for Ctrl-C. */
export function fail(thrown: unknown): number {
  const { paint } = terminalOf(process.stderr, process.env)
  if (thrown instanceof Refusal) {
    if (thrown.code === 'cancelled') {
      process.stderr.write(`${paint('faint', 'Cancelled.')}\n`)
      return INTERRUPTED
    }
    const suggestions = thrown.suggestions.map((question) => `\n  ${paint('code', question)}`).join('')
    process.stderr.write(`${paint('error', thrown.message)}\n${thrown.hint}${suggestions}\n`)
    return 1
  }
  if (thrown instanceof TypeError && (thrown as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')) {
    process.stderr.write(`asklake: ${thrown.message}\n`)
    return 2
  }
  process.stderr.write(`${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}\n`)
  return 3
}
