/** Command: what one PNG costs, with Chinese, Arabic and emoji in it, at once and twice the size. `node --import tsx bench/pictures.ts [rounds]` */
import assert from 'node:assert/strict'
import { paintPng } from '../src/chart/paint.ts'
import type { VegaLiteSpec } from '../src/chart/spec.ts'
import { median, quantile, report } from './report.ts'

const LABELS = ['open', '已付款', 'مدفوع', '🐟 fish', 'Größe', 'Ελλάδα', 'Россия']

const spec: VegaLiteSpec = {
  title: { text: '订单 / المبيعات / 🚗 Orders' },
  width: 640,
  height: 300,
  data: { values: LABELS.map((c0, i) => ({ c0, c1: 10 + i })) },
  mark: { type: 'bar' },
  encoding: { x: { field: 'c0', type: 'ordinal' }, y: { field: 'c1', type: 'quantitative' } },
  config: { font: 'Noto Sans, Noto Sans SC, Noto Sans Arabic, Symbola' },
}

const rounds = Number(process.argv[2] ?? 20)
const result: Record<string, object> = {}
for (const scale of [1, 2]) {
  const times: number[] = []
  for (let round = -3; round < rounds; round++) {
    const start = performance.now()
    const picture = await paintPng(spec, { scale })
    if (round >= 0) times.push(performance.now() - start)
    assert.ok(picture.length > 5000)
  }
  result[`${scale}x`] = { p50_ms: median(times), p95_ms: quantile(times, 0.95) }
}
report('pictures', result)
