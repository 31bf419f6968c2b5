/** The picture of a calibration: how often answers of some confidence are right, and how wrong the most confident share of answers is. */
import type { VegaLiteSpec } from '../src/chart/spec.ts'

export interface Judged {
  /** 0 to 1. */
  confidence: number
  right: boolean
}

const BINS = 10

/** Two panels beside each other: the reliability of ten bins of equal width with their sizes, and risk against coverage. */
export function reliabilitySpec(judged: Judged[]): VegaLiteSpec {
  const bins = Array.from({ length: BINS }, (_, bin) => {
    const inside = judged.filter(({ confidence }) => Math.min(BINS - 1, Math.floor(confidence * BINS)) === bin)
    return {
      confidence: mean(inside.map((one) => one.confidence)),
      right: mean(inside.map(share)),
      answers: inside.length,
    }
  })
  const sorted = [...judged].sort((a, b) => b.confidence - a.confidence)
  let wrong = 0
  const risks = sorted.map(({ right }, at) => {
    wrong += right ? 0 : 1
    return { coverage: (at + 1) / sorted.length, risk: wrong / (at + 1) }
  })
  const scale = { domain: [0, 1] }
  const axis = { format: '.0%' }
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    hconcat: [
      {
        title: 'Reliability', width: 300, height: 300,
        layer: [
          { data: { values: [{ x: 0, y: 0 }, { x: 1, y: 1 }] }, mark: { type: 'line', color: '#999', strokeDash: [4, 4] }, encoding: { x: { field: 'x', type: 'quantitative' }, y: { field: 'y', type: 'quantitative' } } },
          {
            data: { values: bins.filter(({ answers }) => answers > 0) }, mark: { type: 'point', filled: true },
            encoding: {
              x: { field: 'confidence', type: 'quantitative', scale, axis, title: 'confidence said' },
              y: { field: 'right', type: 'quantitative', scale, axis, title: 'share right' },
              size: { field: 'answers', type: 'quantitative' },
            },
          },
        ],
      },
      {
        title: 'Risk at coverage', width: 300, height: 300, data: { values: risks.filter((_, at) => at % 10 === 9) }, mark: 'line',
        encoding: {
          x: { field: 'coverage', type: 'quantitative', scale, axis, title: 'answered, most confident first' },
          y: { field: 'risk', type: 'quantitative', axis, title: 'share wrong of those' },
        },
      },
    ],
  } as unknown as VegaLiteSpec // biome-ignore format: a table
}

function share({ right }: Judged): number {
  return right ? 1 : 0
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}
