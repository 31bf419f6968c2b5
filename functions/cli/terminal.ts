/** What a stream shows: how wide, in colours, and whether a person watches. */
export interface Terminal {
  columns: number
  colours: boolean
  watched: boolean
  /** The text in a style, or as it is where there are no colours. */
  paint(style: Style, text: string): string
}

/** ECMA-48 "select graphic rendition", the eight colours every terminal has. */
const STYLES = { bold: '1', faint: '2', warning: '33', error: '31', good: '32', code: '36' } as const

export type Style = keyof typeof STYLES

interface Stream {
  isTTY?: boolean | undefined
  columns?: number | undefined
}

/** Wide enough for most tables where nobody says how wide it is. */
const COLUMNS = 100

/** A stream as a terminal: no colours with NO_COLOR (https://no-color.org), colours with FORCE_COLOR, else where a person watches. */
export function terminalOf(stream: Stream, env: Record<string, string | undefined>): Terminal {
  const watched = stream.isTTY === true
  const forced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0' && env['FORCE_COLOR'] !== ''
  const colours = !env['NO_COLOR'] && (forced || (watched && env['TERM'] !== 'dumb'))
  const given = Number(env['COLUMNS'])
  const columns = stream.columns || (Number.isInteger(given) && given > 0 ? given : COLUMNS)
  return {
    columns: Math.max(20, columns),
    colours,
    watched,
    paint: (style, text) => (colours && text !== '' ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text),
  }
}

/** Words broken into lines of at most `columns` signs, at blanks; a longer word stays whole. */
export function wrap(text: string, columns: number): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].join('\n')
}
