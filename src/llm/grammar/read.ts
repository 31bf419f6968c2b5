import type { Piece, Rules } from './rules.ts'

/**
 * A grammar in GBNF, the notation of llama.cpp that vLLM's xgrammar reads as well: `name ::= "text" [a-z] other (a | b)*`,
 * with `?`, `*`, `+`, `{2,5}` and `#` comments; `root` is where it begins. Throws an Error that names what is wrong.
 */
export function readGrammar(text: string): Rules {
  const reader = { text, at: 0 }
  const rules: Rules = new Map()
  skip(reader, true)
  while (reader.at < text.length) {
    const name = readName(reader)
    skip(reader, false)
    if (!text.startsWith('::=', reader.at)) throw problem(reader, 'expected ::=')
    reader.at += 3
    skip(reader, true)
    if (rules.has(name)) throw new Error(`grammar: the rule ${name} is given twice`)
    rules.set(name, readAlternatives(reader))
    skip(reader, true)
  }
  checkNames(rules)
  return rules
}

interface Reader {
  text: string
  at: number
}

function problem({ text, at }: Reader, what: string): Error {
  const line = text.slice(0, at).split('\n').length
  return new Error(`grammar, line ${line}: ${what} at ${JSON.stringify(text.slice(at, at + 20))}`)
}

/** Spaces and comments; line breaks only where `lines`, since the next rule begins on a line of its own. */
function skip(reader: Reader, lines: boolean): void {
  const pattern = lines ? /(?:\s|#[^\n]*)*/y : /(?:[ \t]|#[^\n]*)*/y
  pattern.lastIndex = reader.at
  reader.at += pattern.exec(reader.text)?.[0].length ?? 0
}

function readName(reader: Reader): string {
  const name = matched(reader, /[A-Za-z][A-Za-z0-9_-]*/y)
  if (name === undefined) throw problem(reader, 'expected the name of a rule')
  return name
}

function matched(reader: Reader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.at
  const found = pattern.exec(reader.text)?.[0]
  reader.at += found?.length ?? 0
  return found
}

function readAlternatives(reader: Reader, inside = false): Piece {
  const choices: Piece[] = []
  for (;;) {
    choices.push(readSequence(reader, inside))
    skip(reader, inside)
    // A bar may open the next line, as in the grammars llama.cpp ships.
    const bar = matched(reader, /(?:\s|#[^\n]*)*\|/y)
    if (bar === undefined) break
    skip(reader, true)
  }
  return choices.length === 1 ? (choices[0] as Piece) : { kind: 'choice', pieces: choices }
}

function readSequence(reader: Reader, inside: boolean): Piece {
  const pieces: Piece[] = []
  for (;;) {
    skip(reader, inside)
    const piece = readOne(reader)
    if (piece === undefined) break
    pieces.push(repeated(reader, piece))
  }
  return pieces.length === 1 ? (pieces[0] as Piece) : { kind: 'sequence', pieces }
}

function readOne(reader: Reader): Piece | undefined {
  const sign = reader.text[reader.at]
  if (sign === '"') return { kind: 'text', text: readQuoted(reader) }
  if (sign === '[') return readClass(reader)
  if (sign === '(') {
    reader.at++
    skip(reader, true)
    const piece = readAlternatives(reader, true)
    skip(reader, true)
    if (reader.text[reader.at] !== ')') throw problem(reader, 'expected )')
    reader.at++
    return piece
  }
  const name = matched(reader, /[A-Za-z][A-Za-z0-9_-]*(?!\s*::=)(?![A-Za-z0-9_-])/y)
  return name === undefined ? undefined : { kind: 'rule', name }
}

function repeated(reader: Reader, piece: Piece): Piece {
  const sign = matched(reader, /[?*+]|\{\d+(?:,\d*)?\}/y)
  if (sign === undefined) return piece
  if (sign === '?') return { kind: 'repeat', piece, least: 0, most: 1 }
  if (sign === '*' || sign === '+') return { kind: 'repeat', piece, least: sign === '+' ? 1 : 0, most: Infinity }
  const [least = '0', most] = sign.slice(1, -1).split(',')
  return {
    kind: 'repeat',
    piece,
    least: Number(least),
    most: most === undefined ? Number(least) : Number(most || Infinity),
  }
}

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t' }

/** One character, escaped or not. */
function readSign(reader: Reader): string {
  const escaped = matched(reader, /\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}|\\[\s\S]/y)
  if (escaped !== undefined) {
    if (/^\\[xuU]/.test(escaped)) return String.fromCodePoint(Number.parseInt(escaped.slice(2), 16))
    return ESCAPES[escaped.slice(1)] ?? escaped.slice(1)
  }
  const code = reader.text.codePointAt(reader.at)
  if (code === undefined) throw problem(reader, 'the grammar ends too soon')
  const sign = String.fromCodePoint(code)
  reader.at += sign.length
  return sign
}

function readQuoted(reader: Reader): string {
  reader.at++
  let text = ''
  while (reader.text[reader.at] !== '"') text += readSign(reader)
  reader.at++
  return text
}

function readClass(reader: Reader): Piece {
  reader.at++
  const negated = reader.text[reader.at] === '^'
  if (negated) reader.at++
  const ranges: [number, number][] = []
  while (reader.text[reader.at] !== ']') {
    const first = readSign(reader).codePointAt(0) as number
    const spans = reader.text[reader.at] === '-' && reader.text[reader.at + 1] !== ']'
    if (spans) reader.at++
    const last = spans ? (readSign(reader).codePointAt(0) as number) : first
    if (last < first) throw problem(reader, 'a range that runs backwards')
    ranges.push([first, last])
  }
  reader.at++
  return { kind: 'class', ranges, negated }
}

function checkNames(rules: Rules): void {
  if (!rules.has('root')) throw new Error('grammar: there is no rule root')
  const visit = (piece: Piece): void => {
    if (piece.kind === 'rule' && !rules.has(piece.name)) throw new Error(`grammar: there is no rule ${piece.name}`)
    if (piece.kind === 'repeat') visit(piece.piece)
    if (piece.kind === 'choice' || piece.kind === 'sequence') piece.pieces.forEach(visit)
  }
  for (const piece of rules.values()) visit(piece)
}
