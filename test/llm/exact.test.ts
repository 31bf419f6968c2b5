import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Message } from '../../src/llm/chat.ts'
import type { Request } from '../../src/llm/decoding.ts'
import { type LanguageModel, openLanguageModel } from '../../src/llm.ts'
import { readSettings } from '../../src/settings.ts'

/** What PyTorch wrote with the same weights: `model/llm/expected.py`. */
interface Expected {
  messages: Message[]
  prompt: number[]
  greedy: number[]
  scores: number[]
  /** Greedy, with keys and values in half precision between steps. */
  half: number[]
  beams: { tokens: number[]; score: number }[]
}

const WEIGHTS = join(import.meta.dirname, '../../model/llm/weights')
const EXPECTED = JSON.parse(readFileSync(join(WEIGHTS, 'expected.json'), 'utf8')) as Expected[]
const ENDS = [2047, 2045]

const models: LanguageModel[] = []
async function open(graph: string, settings: Record<string, string> = {}): Promise<LanguageModel> {
  const model = await openLanguageModel({
    weights: WEIGHTS,
    settings: readSettings({ ASKLAKE_LLM_GRAPH: graph, ASKLAKE_LLM_THREADS: '1', ...settings }),
  })
  models.push(model)
  return model
}
after(async () => {
  for (const model of models) await model.close()
})

function request(prompt: readonly number[], more: Partial<Request> = {}): Request {
  return { prompt, maxTokens: 64, texts: 1, beams: false, temperature: 0, topP: 1, topK: 0, seed: 0, stop: [], ...more }
}

const withoutEnd = (tokens: number[]) => tokens.filter((token) => !ENDS.includes(token))

test('prompts become the tokens the training framework made of them', async () => {
  const model = await open('model_q4')
  for (const { messages, prompt } of EXPECTED) assert.deepEqual(model.tokens.encode(model.chat(messages)), prompt)
})

test('model_q4f16: keys and values in half precision, decoded together, write exactly PyTorch’s tokens', async () => {
  const model = await open('model_q4f16')
  const written = await Promise.all(EXPECTED.map(({ prompt }) => model.write(request(prompt))))
  EXPECTED.forEach(({ half }, at) => {
    assert.deepEqual(written[at]?.[0]?.tokens, withoutEnd(half))
  })
})

for (const graph of ['model_q4', 'model_q4_plain']) {
  test(`${graph}: greedy search writes exactly PyTorch's tokens`, async () => {
    const model = await open(graph)
    for (const { prompt, greedy, scores } of EXPECTED) {
      const [written] = await model.write(request(prompt))
      assert.deepEqual(written?.tokens, withoutEnd(greedy))
      written.logprobs.forEach((logprob, at) => {
        assert.ok(Math.abs(logprob - (scores[at] as number)) < 2e-3)
      })
    }
  })

  test(`${graph}: beams are exactly PyTorch's`, async () => {
    const model = await open(graph)
    for (const { prompt, beams } of EXPECTED) {
      const written = await model.write(request(prompt, { maxTokens: 48, texts: 3, beams: true }))
      assert.deepEqual(
        written.map(({ tokens }) => tokens),
        beams.map(({ tokens }) => withoutEnd(tokens)),
      )
      written.forEach(({ score }, at) => {
        assert.ok(Math.abs(score - (beams[at]?.score as number)) < 5e-3)
      })
    }
  })

  test(`${graph}: questions that wait are decoded together and write what they write alone`, async () => {
    const model = await open(graph, { ASKLAKE_LLM_PROMPT_CHUNK: '16' })
    const together = await Promise.all([
      ...EXPECTED.map(({ prompt }) => model.write(request(prompt))),
      model.write(request(EXPECTED[1]?.prompt ?? [], { maxTokens: 48, texts: 3, beams: true })),
    ])
    EXPECTED.forEach(({ greedy }, at) => {
      assert.deepEqual(together[at]?.[0]?.tokens, withoutEnd(greedy))
    })
    assert.deepEqual(
      together.at(-1)?.map(({ tokens }) => tokens),
      EXPECTED[1]?.beams.map(({ tokens }) => withoutEnd(tokens)),
    )
    const longest = Math.max(...EXPECTED.map(({ greedy }) => greedy.length))
    const all = EXPECTED.reduce((sum, { greedy }) => sum + greedy.length, 0)
    assert.ok(model.load.steps < all, `${model.load.steps} steps for ${all} tokens, the longest text has ${longest}`)
  })

  test(`${graph}: a prompt that begins like another reads only what is new`, async () => {
    const model = await open(graph)
    const [first, second] = EXPECTED as [Expected, Expected]
    await model.write(request(first.prompt))
    const read = model.load.promptTokens
    const [written] = await model.write(request(second.prompt))
    assert.deepEqual(written?.tokens, withoutEnd(second.greedy))
    assert.ok(model.load.reusedTokens >= 30)
    assert.equal(model.load.promptTokens - read + model.load.reusedTokens, second.prompt.length)
  })
}
