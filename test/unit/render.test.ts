import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderPng, renderSvg } from '../../src/chart/render.ts'
import type { VegaLiteSpec } from '../../src/chart/spec.ts'
import { terminalChart } from '../../src/chart/terminal.ts'
import { Refusal } from '../../src/refusal.ts'

function spec(labels: string[]): VegaLiteSpec {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title: { text: 'Orders' },
    width: 'container',
    height: 200,
    autosize: { type: 'fit-x', contains: 'padding' },
    data: { values: labels.map((c0, i) => ({ c0, c1: i + 1 })) },
    mark: { type: 'bar' },
    encoding: {
      x: { field: 'c0', type: 'ordinal', title: 'Status' },
      y: { field: 'c1', type: 'quantitative', title: 'Number' },
    },
    config: {},
  }
}

const width = (png: Uint8Array) => Buffer.from(png).readUInt32BE(16)

test('a PNG has the asked width and scale', async () => {
  const once = await renderPng(spec(['a', 'b']), { width: 500 })
  const twice = await renderPng(spec(['a', 'b']), { width: 500, scale: 2 })
  assert.deepEqual([...once.slice(1, 4)], [80, 78, 71])
  assert.ok(Math.abs(width(once) - 500) <= 30, String(width(once)))
  assert.equal(width(twice), 2 * width(once))
})

test('Chinese labels are drawn as signs, not as one empty box each', async () => {
  const [one, other] = await Promise.all([renderPng(spec(['数量'])), renderPng(spec(['国家']))])
  assert.notDeepEqual(one, other)
})

test('the dark theme has a dark background', async () => {
  assert.match(await renderSvg(spec(['a']), { theme: 'dark' }), /#1b1d21/)
})

test('a spec that names an address loads nothing', async () => {
  const { data: _, ...rest } = spec(['a'])
  const svg = await renderSvg({ ...rest, data: { url: 'file:///etc/hostname', format: { type: 'csv' } } })
  assert.doesNotMatch(svg, /aria-roledescription="bar"/)
})

test('a spec that cannot be drawn rejects, and the next one is drawn', async () => {
  await assert.rejects(renderSvg({ mark: 'nonsense', data: { values: [] } }), /could not be drawn/)
  assert.match(await renderSvg(spec(['a'])), /^<svg/)
})

test('a drawing over its time is killed and refused; the next one is drawn', async () => {
  await assert.rejects(
    renderSvg(spec(['a']), { timeout_ms: 0 }),
    (error) => error instanceof Refusal && error.code === 'chart-timeout',
  )
  assert.match(await renderSvg(spec(['a'])), /^<svg/)
})

test('a terminal chart has a line a bar, the longest the full width', () => {
  const lines = terminalChart(spec(['open', '已付款', 'a\u001b[31m']), 40).split('\n')
  assert.deepEqual(lines.slice(0, 2), ['Orders', 'Number'])
  const bars = lines.slice(3)
  assert.equal(bars.length, 3)
  assert.match(bars[1] ?? '', /^已付款 +2 █+/)
  assert.ok(!bars.join('').includes('\u001b'))
  const lengths = bars.map((bar) => [...bar].filter((sign) => sign === '█').length)
  assert.ok((lengths[2] ?? 0) > (lengths[1] ?? 0) && (lengths[1] ?? 0) > (lengths[0] ?? 0))
})

test('kinds a terminal cannot show give nothing', () => {
  assert.equal(terminalChart({ ...spec(['a']), mark: { type: 'arc' } }, 60), '')
})

for (const [script, text] of Object.entries({ Chinese: '订单数量', Arabic: 'المبيعات', emoji: '🐟🚗🎉' })) {
  test(`${script} is drawn with the package's own fonts, at once and twice the size`, async () => {
    const titled = (title: string): VegaLiteSpec => ({ ...spec(['a']), title: { text: title } })
    for (const scale of [1, 2]) {
      // A private-use sign has no glyph: nothing is drawn for it.
      const [drawn, nothing] = [await renderPng(titled(text), { scale }), await renderPng(titled('\ue123'), { scale })]
      assert.ok(drawn.length > nothing.length + 100, `${drawn.length} against ${nothing.length}`)
    }
  })
}
