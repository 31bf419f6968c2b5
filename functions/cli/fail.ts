import { Refusal } from '../../src/refusal.ts'
import { INTERRUPTED } from './interrupt.ts'
import { terminalOf } from './terminal.ts'

/** What to do in a terminal, where the refusal's own hint speaks of HTTP. */
const HINTS: Record<string, string> = {
  'dataset-unknown': 'Name one with --dataset NAME; in chat, :dataset NAME.',
}

/** Says on standard error what was thrown, as a person reads it; gives the exit code: 1 for a refusal, 2 for wrong usage, 3 for a bug, 130 for Ctrl-C. */
export function fail(thrown: unknown): number {
  const { paint } = terminalOf(process.stderr, process.env)
  if (thrown instanceof Refusal) {
    if (thrown.code === 'cancelled') {
      process.stderr.write(`${paint('faint', 'Cancelled.')}\n`)
      return INTERRUPTED
    }
    const suggestions = thrown.suggestions.map((question) => `\n  ${paint('code', question)}`).join('')
    const hint = HINTS[thrown.code] ?? thrown.hint
    process.stderr.write(`${paint('error', thrown.message)}\n${hint}${suggestions}\n`)
    return thrown.code === 'bad-request' ? 2 : 1
  }
  if (thrown instanceof TypeError && (thrown as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')) {
    process.stderr.write(`asklake: ${thrown.message}\n`)
    return 2
  }
  const { code, path, syscall } = thrown as NodeJS.ErrnoException
  if (syscall === 'open' && code !== undefined && path !== undefined) {
    process.stderr.write(`asklake: ${path} cannot be opened (${code}).\n`)
    return 2
  }
  process.stderr.write(`${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}\n`)
  return 3
}
