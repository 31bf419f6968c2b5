/** Writes one line of JSON for the operator; nothing in it can end the line. */
export type Log = (line: Record<string, unknown>) => void

/** Members that hold what people asked or what the data says: shown only where setting `log_text` says so. */
const TEXT = new Set([
  'question',
  'questions',
  'sql',
  'rows',
  'text',
  'value',
  'values',
  'words',
  'linked',
  'suggestions',
])

/** A log over `write`; without `text` the members that quote people or data are left out wherever they stand. */
export function openLog(write: (line: string) => void, options: { text: boolean; now(): Date }): Log {
  return (line) => {
    const whole = { at: options.now().toISOString(), ...line }
    write(`${JSON.stringify(whole, (name, value) => plain(name, value, options.text))}\n`)
  }
}

function plain(name: string, value: unknown, text: boolean): unknown {
  if (!text && TEXT.has(name) && typeof value !== 'number') return undefined
  if (typeof value === 'bigint') return value.toString()
  if (!(value instanceof Error)) return value
  const { message, stack, cause } = value
  return { error: message, stack, ...(cause === undefined ? {} : { cause }) }
}
