import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'

interface Import {
  file: string
  target: string
  typeOnly: boolean
}

/** Steps meet only as plain data: they may import each other's types, never each other's work. */
const STEPS = [
  'link',
  'draft',
  'check',
  'choose',
  'execute',
  'verify',
  'chart',
  'explain',
  'answerable',
  'edit',
  'working',
]
/** The files that know the order of the steps, or play it as a whole. */
const CONDUCTORS = ['src/answer.ts', 'src/converse.ts', 'src/working.ts', 'src/cases.ts', 'src/feedback.ts']

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (name === 'node_modules' || name === 'dist') return []
    if (statSync(path).isDirectory()) return sources(path)
    return path.endsWith('.ts') ? [path] : []
  })
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8')
  return [...text.matchAll(/^(?:import|export)\s+(type\s+)?([^'";]*?)\s*from\s+'([^']+)'/gm)].map((match) => {
    const names = (match[2] ?? '')
      .replace(/[{}]/g, '')
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean)
    const typeOnly = match[1] !== undefined || (names.length > 0 && names.every((name) => name.startsWith('type ')))
    const target = match[3] as string
    return { file, target: target.startsWith('.') ? normalize(join(dirname(file), target)) : target, typeOnly }
  })
}

const imports = ['src', 'functions', 'infra'].flatMap(sources).flatMap(importsOf)
const room = (path: string) => path.split('/')[0] ?? ''
const stepOf = (path: string) => /^src\/([a-z]+)(?:\.ts|\/)/.exec(path)?.[1] ?? ''

function offenders(wrong: (one: Import) => boolean): string[] {
  return imports.filter(wrong).map(({ file, target }) => `${file} → ${target}`)
}

test('there are imports to judge', () => {
  assert.ok(imports.length > 100)
})

test('the product imports no door, no infrastructure, no bench, no test', () => {
  const outer = ['functions', 'infra', 'bench', 'test', 'web', 'model', 'clients']
  assert.deepEqual(
    offenders(
      ({ file, target }) =>
        room(file) === 'src' && outer.includes(room(target)) && !target.startsWith('model/weights/'),
    ),
    [],
  )
})

test('the product knows no HTTP framework, no Slack, no AWS but S3 behind the store', () => {
  const wrong = ({ file, target }: Import) =>
    room(file) === 'src' && /^(hono|@hono|slack|@slack|@aws-sdk|aws)/.test(target) && !file.startsWith('src/store/')
  assert.deepEqual(offenders(wrong), [])
})

test('a step takes only types from another step', () => {
  const wrong = ({ file, target, typeOnly }: Import) =>
    !typeOnly &&
    !CONDUCTORS.includes(file) &&
    STEPS.includes(stepOf(file)) &&
    STEPS.includes(stepOf(target)) &&
    stepOf(file) !== stepOf(target)
  const known = (line: string) => NOUNS.some((noun) => line.endsWith(`→ ${noun}`))
  assert.deepEqual(
    offenders(wrong).filter((line) => !known(line)),
    [],
  )
})

/** Nouns that live in a step's folder and that others may use. */
const NOUNS = [
  'src/link/words.ts',
  'src/link/names.ts',
  'src/link/relations.ts',
  'src/link.ts',
  'src/chart/wish.ts',
  'src/draft/dates.ts',
  'src/draft/numbers.ts',
  'src/draft/ground.ts',
  'src/draft/joins.ts',
  'src/draft/compile/quote.ts',
]

test('infrastructure names paths only', () => {
  assert.deepEqual(
    offenders(({ file, target }) => room(file) === 'infra' && ['src', 'functions'].includes(room(target))),
    [],
  )
})

test('the language-model runtime knows no tables', () => {
  const wrong = ({ file, target }: Import) =>
    file.startsWith('src/llm/') &&
    target.startsWith('src/') &&
    !target.startsWith('src/llm/') &&
    !/refusal|settings|recent/.test(target)
  assert.deepEqual(offenders(wrong), [])
})
