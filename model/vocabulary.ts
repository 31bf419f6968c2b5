/**
 * Makes `model/weights/vocabulary.json`: byte-pair pieces of the words that questions, schemas and dictionaries hold.
 * Deterministic. The file is part of the trained weights: a new vocabulary needs a new training run.
 *
 *     node --import tsx model/vocabulary.ts
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SPECIALS, WORD_START } from '../src/draft/vocabulary.ts'
import { ABBREVIATIONS } from '../src/link/abbreviations.ts'
import { foldAccents, identifierWords, wordsOf } from '../src/link/words.ts'
import { HELD_OUT, OTHER_SETS, ROOT, readShared, readSharedLines } from './data/shared.ts'
import { BUSINESS_WORDS, CHINESE_SIGNS } from './vocabulary/business.ts'
import { mergedPieces } from './vocabulary/merge.ts'

const PIECES = 4300

type Counts = Map<string, number>

function count(counts: Counts, text: string, weight: number): void {
  for (const { lower } of wordsOf(text)) countWord(counts, lower, weight)
}

function countWord(counts: Counts, word: string, weight: number): void {
  const plain = foldAccents(word)
  if (/^[a-z]+$/.test(plain)) counts.set(plain, (counts.get(plain) ?? 0) + weight)
}

function isOpen(dataset: string): boolean {
  return !HELD_OUT.has(dataset) && !OTHER_SETS.has(dataset)
}

function countQuestions(counts: Counts): void {
  for (const file of ['spider/cases.jsonl.gz', 'spider/others.jsonl.gz', 'spider-syn/train.jsonl.gz']) {
    for (const line of readSharedLines<{ dataset: string; question: string }>(...file.split('/'))) {
      if (isOpen(line.dataset)) count(counts, line.question, 3)
    }
  }
  for (const line of readSharedLines<{ dataset: string; questions: string[] }>('nvbench', 'train.jsonl.gz')) {
    if (isOpen(line.dataset)) for (const question of line.questions) count(counts, question, 1)
  }
  for (const line of readSharedLines<{ question: string }>('wtq', 'questions.jsonl.gz')) count(counts, line.question, 1)
  for (const line of readShared('wikisql', 'wikisql.json.bz2').matchAll(
    /"original": "((?:[^"\\]|\\.)*)",\s*"question-split": "train"/g,
  )) {
    count(counts, JSON.parse(`"${line[1]}"`) as string, 1)
  }
}

interface SpiderNames {
  db_id: string
  table_names: string[]
  table_names_original: string[]
  column_names: [number, string][]
  column_names_original: [number, string][]
}

function countNames(counts: Counts): void {
  for (const schema of JSON.parse(readShared('spider', 'tables.json.gz')) as SpiderNames[]) {
    if (!isOpen(schema.db_id)) continue
    const columns = [...schema.column_names, ...schema.column_names_original].map(([, name]) => name)
    for (const name of [...schema.table_names, ...schema.table_names_original, ...columns]) countName(counts, name, 10)
  }
  for (const table of readSharedLines<{ columns: { name: string }[] }>('wtq', 'tables.jsonl.gz')) {
    for (const column of table.columns) countName(counts, column.name, 3)
  }
}

function countName(counts: Counts, name: string, weight: number): void {
  for (const word of identifierWords(name)) countWord(counts, word, weight)
}

function countDictionaries(counts: Counts): void {
  const common = new Set(
    readShared('glove', 'twitter-25d.txt.gz')
      .split('\n')
      .map((line) => line.split(' ')[0]),
  )
  for (const synset of readSharedLines<{ members: string[] }>('wordnet', 'synsets.jsonl.gz')) {
    for (const lemma of synset.members) if (common.has(lemma)) countWord(counts, lemma, 4)
  }
  count(counts, BUSINESS_WORDS, 40)
  for (const [short, long] of ABBREVIATIONS) for (const word of [short, ...long]) countWord(counts, word, 10)
}

/** Signs that stand alone as words. */
function signPieces(): string[] {
  const ascii = Array.from({ length: 94 }, (_, at) => String.fromCharCode(33 + at)).filter((sign) =>
    /[^a-zA-Z0-9]/.test(sign),
  )
  return [...new Set([...ascii, ...'“”‘’€£¥，。？、', ...CHINESE_SIGNS])].map((sign) => WORD_START + sign)
}

const counts: Counts = new Map()
countQuestions(counts)
countNames(counts)
countDictionaries(counts)
for (const [word, times] of counts) if (times < 3) counts.delete(word)
const signs = signPieces()
const pieces = [...signs, ...mergedPieces(counts, PIECES)]
const lines = [...SPECIALS, ...pieces].length
const path = join(ROOT, 'model', 'weights', 'vocabulary.json')
writeFileSync(path, `${JSON.stringify({ version: 1, specials: SPECIALS, pieces }, null, 0)}\n`)
console.log(`${counts.size} words, ${lines} ids, written to ${path}`)
