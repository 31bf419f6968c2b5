import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { QuestionMemory, StepInput } from '../../src/draft/network.ts'
import { KEYWORD_SLOTS, KEYWORDS, type Keyword, programText } from '../../src/draft/program.ts'
import { beamSearch, type Choices, type Grammar } from '../../src/draft/search.ts'

const WIDTH = KEYWORD_SLOTS + 5

/** A question whose logits depend on the last decoder token alone; `seen` collects its inputs. */
function scripted(logitOf: (token: number, slot: number) => number, seen: StepInput[] = []): QuestionMemory {
  const write = () => async (input: StepInput) => {
    seen.push(input)
    return Float32Array.from({ length: input.tokens.length * WIDTH }, (_, at) =>
      logitOf(input.tokens[Math.floor(at / WIDTH)] as number, at % WIDTH),
    )
  }
  return { items: 2, words: 3, write }
}

const slotOf = (keyword: Keyword) => KEYWORDS.indexOf(keyword)

/** select, then items or words until `<eos>`. */
function grammar(most = 3): Grammar<number> {
  const places: Choices[] = [
    { keywords: ['select'], items: [], words: null },
    { keywords: [], items: [7, 9], words: null },
    { keywords: ['<eos>'], items: [7, 9], words: [1, 2] },
  ]
  return {
    start: 0,
    allowed: (state) => places[Math.min(state, 2)] as Choices,
    advance: (state) => Math.min(state + 1, most),
    readable: () => true,
    shown: (item) => [7, 9].indexOf(item),
    isTable: (item) => item === 7,
  }
}

const limits = { beams: 2, steps: 6, stopped: () => false }

test('the best programs come first, scored among allowed tokens only', async () => {
  const network = scripted((_, slot) =>
    slot === slotOf('<eos>') ? 3 : slot === KEYWORD_SLOTS + 1 ? 2 : slot === slotOf('from') ? 99 : 0,
  )
  const finished = await beamSearch(network, grammar(), limits)
  assert.deepEqual(finished.map(({ program }) => programText(program)), ['select i9', 'select i9 i9']) // biome-ignore format: one line
  const second = Math.log(Math.exp(2) / (Math.exp(2) + 1))
  const end = Math.log(Math.exp(3) / (Math.exp(3) + Math.exp(2) + 3))
  assert.ok(Math.abs((finished[0]?.score ?? 0) - second - end) < 1e-6)
})

test('pointers are fed back with their kind and place', async () => {
  const seen: StepInput[] = []
  const network = scripted(
    (token, slot) =>
      token < 96 || token === 96
        ? slot === KEYWORD_SLOTS
          ? 5
          : 0
        : slot === KEYWORD_SLOTS + 2 + 2 && token !== 99
          ? 5
          : 0,
    seen,
  )
  await beamSearch(network, grammar(), { ...limits, beams: 1, steps: 4 })
  assert.deepEqual(
    seen.map(({ tokens, items, words }) => [tokens[0], items[0], words[0]]),
    [[96, -1, -1], [slotOf('select'), -1, -1], [97, 0, -1], [99, -1, 2]],
  ) // biome-ignore format: a table
})

test('ties go to what the grammar names first', async () => {
  const finished = await beamSearch(
    scripted(() => 0),
    grammar(),
    { ...limits, beams: 1 },
  )
  assert.equal(programText(finished[0]?.program ?? []), 'select i7')
})

test('a program that does not end in time is no draft, and a stopped search gives none', async () => {
  const endless = scripted((_, slot) => (slot === slotOf('<eos>') ? -50 : 0))
  assert.deepEqual(await beamSearch(endless, grammar(), { ...limits, beams: 1 }), [])
  assert.deepEqual(
    await beamSearch(
      scripted(() => 0),
      grammar(),
      { ...limits, stopped: () => true },
    ),
    [],
  )
})
