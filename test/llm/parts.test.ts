import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openChat } from '../../src/llm/chat.ts'
import { fromHalf } from '../../src/llm/network.ts'
import { regrouped } from '../../src/llm/past.ts'
import { pick } from '../../src/llm/pick.ts'
import { prefixStore } from '../../src/llm/prefix.ts'
import { seeded } from '../../src/llm/random.ts'
import { openTokens, vocabularyBytes } from '../../src/llm/tokens.ts'
import { tokenTrie } from '../../src/llm/trie.ts'
import { readWeights } from '../../src/llm/weights.ts'
import { openWriting } from '../../src/llm/writing.ts'
import { openLanguageModel } from '../../src/llm.ts'
import type { Refusal } from '../../src/refusal.ts'
import { readSettings } from '../../src/settings.ts'

const WEIGHTS = join(import.meta.dirname, '../../model/llm/weights')

interface Family {
  tokenizer: Parameters<typeof vocabularyBytes>[0]
  cases: { text: string; ids: number[] }[]
}

const FAMILIES = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/llm/tokenizers.json'), 'utf8'),
) as Record<string, Family>

for (const [name, { tokenizer, cases }] of Object.entries(FAMILIES)) {
  test(`${name}: text is encoded as Hugging Face's own library does, and its bytes come back`, () => {
    const shape = { layers: 1, keyHeads: 1, headSize: 1, vocabulary: 512, positions: 1 }
    const tokens = openTokens({ tokenizer, tokenizerConfig: {}, shape })
    for (const { text, ids } of cases) {
      assert.deepEqual(tokens.encode(text), ids, JSON.stringify(text))
      const bytes = Buffer.concat(ids.map((id) => tokens.bytes(id) ?? Buffer.from('\u0000')))
      const back = bytes.toString().replace(/^ /, name === 'llama2' ? '' : ' ')
      const kept = name === 'qwen2' ? text.normalize('NFC') : text
      assert.equal(back, name === 'llama2' ? kept : kept.replace(/<\|im_(start|end)\|>/g, '\u0000'))
    }
  })
}

test('special tokens have no bytes, so that no grammar and no text can hold them', () => {
  const bytes = vocabularyBytes(FAMILIES['qwen2']?.tokenizer ?? assert.fail(), 512)
  const special = FAMILIES['qwen2']?.tokenizer.added_tokens?.map(({ id }) => bytes[id])
  assert.deepEqual(special, [undefined, undefined])
})

test('text is given out when it is certain: no half characters, nothing that may begin a stop string', () => {
  const writing = openWriting(['END', '\n\n'])
  const bytes = Buffer.from('a中E')
  assert.deepEqual(writing.add(bytes.subarray(0, 2)), { text: 'a', stopped: false })
  assert.deepEqual(writing.add(bytes.subarray(2)), { text: '中', stopped: false })
  assert.deepEqual(writing.add(Buffer.from('N')), { text: '', stopped: false })
  assert.deepEqual(writing.add(Buffer.from('X\n')), { text: 'ENX', stopped: false })
  assert.deepEqual(writing.add(Buffer.from('b E')), { text: '\nb ', stopped: false })
  assert.deepEqual(writing.add(Buffer.from('NDmore')), { text: '', stopped: true })
  assert.equal(writing.end(), '')
  const cut = openWriting([])
  cut.add(Buffer.from('é').subarray(0, 1))
  assert.equal(cut.end(), '\ufffd')
})

const VOCABULARY = { tokens: { bytes: (id: number) => Buffer.from(String(id)), trie: tokenTrie([]) }, ends: [9] }

test('what is drawn follows the shares that temperature, top-k and top-p leave', () => {
  const logits = Float32Array.from([0, Math.log(2), Math.log(5), -Infinity, Math.log(2)])
  const drawn = (sampling: { temperature: number; topP: number; topK: number }) => {
    const random = seeded(5)
    const counts = [0, 0, 0, 0, 0]
    for (let count = 0; count < 4000; count++) {
      const { token = -1 } = pick(logits, sampling, VOCABULARY, { random }) ?? {}
      counts[token] = (counts[token] ?? 0) + 1 / 4000
    }
    return counts.map((share) => Math.round(share * 10) / 10)
  }
  assert.deepEqual(drawn({ temperature: 1, topP: 1, topK: 0 }), [0.1, 0.2, 0.5, 0, 0.2])
  assert.deepEqual(drawn({ temperature: 1, topP: 1, topK: 1 }), [0, 0, 1, 0, 0])
  assert.deepEqual(drawn({ temperature: 1, topP: 0.45, topK: 0 }), [0, 0, 1, 0, 0])
  assert.deepEqual(drawn({ temperature: 1, topP: 0.65, topK: 0 }), [0, 0.3, 0.7, 0, 0])
  assert.deepEqual(drawn({ temperature: 0, topP: 1, topK: 0 }), [0, 0, 1, 0, 0])
  const picked = pick(logits, { temperature: 0, topP: 1, topK: 0 }, VOCABULARY, { random: seeded(1) })
  assert.ok(Math.abs((picked?.logprob ?? 0) - Math.log(0.5)) < 1e-6)
})

for (const padding of ['left', 'right'] as const) {
  test(`rows join, leave and are cut with padding on the ${padding}`, () => {
    const shape = { heads: 2, size: 1, padding }
    const past = (...values: number[]) => ({
      lengths: [values.length / 2],
      width: values.length / 2,
      tensors: [Float32Array.from(values)],
    })
    const one = past(1, 2, 3, 11, 12, 13)
    const other = past(5, 15)
    const both = regrouped(
      [
        { past: one, row: 0 },
        { past: other, row: 0 },
      ],
      shape,
    )
    assert.deepEqual([both.lengths, both.width], [[3, 1], 3])
    assert.deepEqual(
      [...(both.tensors[0] ?? [])],
      padding === 'left' ? [1, 2, 3, 11, 12, 13, 0, 0, 5, 0, 0, 15] : [1, 2, 3, 11, 12, 13, 5, 0, 0, 15, 0, 0],
    )
    assert.deepEqual(regrouped([{ past: both, row: 1 }], shape), other)
    assert.deepEqual([...(regrouped([{ past: both, row: 0, length: 2 }], shape).tensors[0] ?? [])], [1, 2, 11, 12])
  })
}

test('kept prompts: the longest common beginning is found, the oldest goes when room ends', () => {
  const shape = { heads: 1, size: 1, padding: 'right' as const }
  const store = prefixStore(shape, 4 * 24)
  const prompt = (from: number) => Array.from({ length: 12 }, (_, at) => (at < 10 ? at + from : at * 100))
  const past = (from: number) => ({ lengths: [12], width: 12, tensors: [Float32Array.from(prompt(from))] })
  store.keep(prompt(0), past(0))
  store.keep(prompt(50), past(50))
  assert.deepEqual(store.find([...prompt(0).slice(0, 10), 7, 7])?.lengths, [10])
  assert.equal(store.find([1, 2, 3]), undefined)
  store.keep(prompt(90), past(90))
  assert.equal(store.find(prompt(50)), undefined)
  assert.deepEqual(store.find(prompt(0))?.lengths, [11], 'the last token of a prompt is read again')
})

test('half-precision numbers', () => {
  assert.deepEqual([0x3c00, 0xc000, 0x7bff, 0x0001, 0x8000].map(fromHalf), [1, -2, 65504, 2 ** -24, -0])
  assert.equal(fromHalf(0xfc00), -Infinity)
})

test('chat templates: Llama 2 asks for its messages in order, and gets its tokens by name', () => {
  const template =
    "{% for message in messages %}{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + message['content'] + ' [/INST]' }}{% elif message['role'] == 'assistant' %}{{ ' ' + message['content'] + eos_token }}{% else %}{{ raise_exception('Only user and assistant roles are supported!') }}{% endif %}{% endfor %}"
  const chat = openChat({ template, tokenizerConfig: { bos_token: '<s>', eos_token: { content: '</s>' } } })
  assert.equal(chat([{ role: 'user', content: 'hi' }]), '<s>[INST] hi [/INST]')
  assert.throws(() => chat([{ role: 'system', content: 'be kind' }]), /Only user/)
})

const folders: string[] = []
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

async function refusal(act: () => unknown): Promise<Refusal> {
  try {
    await act()
  } catch (thrown) {
    return thrown as Refusal
  }
  return assert.fail('no refusal')
}

test('a folder of another layout is refused with what is missing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'asklake-weights-'))
  folders.push(folder)
  assert.match((await refusal(() => readWeights(folder))).message, /config\.json cannot be read/)
  for (const name of ['config.json', 'tokenizer_config.json'])
    writeFileSync(join(folder, name), readFileSync(join(WEIGHTS, name)))
  const nothing = await refusal(() => readWeights(folder))
  assert.deepEqual(
    [nothing.code, /holds no model_q4\.onnx \(it has: no graph\)/.test(nothing.message)],
    ['model-unavailable', true],
  )
  assert.match((await refusal(() => readWeights(WEIGHTS, 'model_q8'))).message, /it has: model_q4/)
})

test('CUDA: where it is missing that is said with what to do; where it is, the same tokens come', async () => {
  const settings = readSettings({ ASKLAKE_LLM_PROVIDER: 'cuda' })
  try {
    const model = await openLanguageModel({ weights: WEIGHTS, settings })
    const { prompt, greedy } = JSON.parse(readFileSync(join(WEIGHTS, 'expected.json'), 'utf8'))[0]
    const [written] = await model.write({
      prompt,
      maxTokens: 64,
      texts: 1,
      beams: false,
      temperature: 0,
      topP: 1,
      topK: 0,
      seed: 0,
      stop: [],
    })
    await model.close()
    assert.deepEqual(written?.tokens, greedy.slice(0, written?.tokens.length))
  } catch (thrown) {
    const { code, hint } = thrown as Refusal
    assert.equal(code, 'gpu-unavailable')
    assert.match(hint, /llm_provider to cpu/)
  }
})

test('a provider nobody knows is refused', async () => {
  const settings = readSettings({ ASKLAKE_LLM_PROVIDER: 'tpu' })
  assert.equal((await refusal(() => openLanguageModel({ weights: WEIGHTS, settings }))).code, 'bad-setting')
})
