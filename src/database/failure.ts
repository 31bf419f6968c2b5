import type { RefusalCode } from '../refusal.ts'
import type { Failure } from './messages.ts'

/** DuckDB's error classes: what they are to the asker, and whether the process that raised one may go on. Unlisted ones replace it. */
const CLASSES: Record<string, { code: RefusalCode; shown: 'message' | 'kind'; sound: boolean; why: string }> = {
  Parser: { code: 'sql-unparseable', shown: 'message', sound: true, why: 'The statement does not parse.' },
  Syntax: { code: 'sql-unparseable', shown: 'message', sound: true, why: 'The statement does not parse.' },
  Binder: { code: 'sql-unbindable', shown: 'message', sound: true, why: 'Names and types do not fit.' },
  Catalog: { code: 'sql-unbindable', shown: 'message', sound: true, why: 'A name does not exist.' },
  Conversion: {
    code: 'query-failed',
    shown: 'kind',
    sound: true,
    why: 'A value could not be converted to the type asked for.',
  },
  'Out of Range': { code: 'query-failed', shown: 'kind', sound: true, why: 'A number left the range of its type.' },
  'Invalid Input': {
    code: 'query-failed',
    shown: 'kind',
    sound: true,
    why: 'A function was given a value it cannot take.',
  },
  'Mismatch Type': { code: 'query-failed', shown: 'kind', sound: true, why: 'Types do not fit.' },
  'Not implemented': { code: 'query-failed', shown: 'kind', sound: true, why: 'DuckDB cannot do this.' },
  'Out of Memory': {
    code: 'query-memory',
    shown: 'kind',
    sound: false,
    why: 'The query needs more memory than it may use.',
  },
  INTERRUPT: { code: 'query-timeout', shown: 'kind', sound: true, why: 'The query took longer than it may.' },
}

const UNEXPECTED: Failure = { code: 'query-failed', message: 'The query could not be run.', sound: false }

/**
 * A DuckDB error as a failure that may be shown: its own words only for errors of parsing and binding, which speak of the
 * statement; never for errors of running, which quote values, paths and stack traces.
 */
export function failureOf(error: unknown): Failure {
  const text = error instanceof Error ? error.message : String(error)
  if (/maximum call stack|invalid string length|array buffer allocation/i.test(text))
    return { code: 'query-memory', message: 'A value in the result is too large.', sound: false }
  const [, name = '', message = ''] = /^(\w[\w ]*?) Error: ([\s\S]*)/.exec(text) ?? []
  const known = CLASSES[name]
  if (known === undefined) return UNEXPECTED
  return { code: known.code, message: known.shown === 'message' ? aboutNames(message) : known.why, sound: known.sound }
}

/** First line, and the names DuckDB offers instead; nothing that looks like a path. */
function aboutNames(message: string): string {
  const lines = message.split('\n')
  const offers = lines.filter((line, index) => index > 0 && /^(Did you mean|Candidate (bindings|functions))/.test(line))
  return [lines[0], ...offers]
    .join(' ')
    .replace(/(?:\/[\w.@%+-]+){2,}/g, '…')
    .slice(0, 500)
}
