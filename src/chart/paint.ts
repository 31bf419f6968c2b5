import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Resvg } from '@resvg/resvg-js'
import * as vega from 'vega'
import { type Loader, parse, View } from 'vega'
import { expressionInterpreter } from 'vega-interpreter'
import { compile, type TopLevelSpec } from 'vega-lite'
import type { VegaLiteSpec } from './spec.ts'

export interface PaintOptions {
  /** Pixels of the whole picture before `scale`; 720 by default. */
  width?: number
  theme?: 'light' | 'dark'
  /** Picture pixels per chart pixel, for PNG; 1 by default. */
  scale?: number
}

const WIDTH = 720

const THEMES = {
  light: { background: '#ffffff', text: '#333333', grid: '#e3e3e3' },
  dark: { background: '#1b1d21', text: '#dcdcdc', grid: '#3a3d42' },
}

/** A spec's picture holds its own data: whatever names a file or address is refused. Links and images lead nowhere: vega lets a refusal of those end the process. */
const NOTHING: Loader = {
  load: () => Promise.reject(new Error('charts load nothing')),
  sanitize: () => Promise.resolve({ href: '' }),
  http: () => Promise.reject(new Error('charts load nothing')),
  file: () => Promise.reject(new Error('charts load nothing')),
}

/** The chart as a Vega view, run once, without a page; expressions are interpreted, never evaluated as code. */
export async function viewOf(spec: VegaLiteSpec, options: PaintOptions = {}): Promise<View> {
  const colors = THEMES[options.theme ?? 'light']
  const sized = spec.width === 'container' ? { ...spec, width: options.width ?? WIDTH } : spec
  const config = {
    background: colors.background,
    title: { color: colors.text },
    axis: { labelColor: colors.text, titleColor: colors.text },
    legend: { labelColor: colors.text, titleColor: colors.text },
    header: { labelColor: colors.text, titleColor: colors.text },
    text: { color: colors.text },
  }
  const own = spec.config as { axis?: object; arc?: object }
  const themed = options.theme === 'dark' ? { ...own, axis: { ...own.axis, gridColor: colors.grid } } : own
  const { spec: compiled } = compile({ ...sized, padding: 12, config: themed } as unknown as TopLevelSpec, {
    config,
    logger: SILENT,
  })
  const view = new View(parse(compiled, undefined, { ast: true }), {
    renderer: 'none',
    loader: NOTHING,
    logger: SILENT,
    expr: expressionInterpreter,
  })
  return view.runAsync()
}

/** Widths in em of Noto Sans by kind of sign; without a canvas vega takes 0.8 em for any, too much for Latin and too little for Chinese. */
const WIDTHS: { signs: RegExp; em: number }[] = [
  {
    signs: /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u,
    em: 1,
  },
  { signs: /\p{Extended_Pictographic}/u, em: 1.2 },
  { signs: /[ijlI.,:;'|! ]/, em: 0.28 },
  { signs: /[frt()[\]/-]/, em: 0.38 },
  { signs: /[mwMW%@]/, em: 0.9 },
  { signs: /\p{Lu}/u, em: 0.67 },
  { signs: /[\s\S]/, em: 0.59 },
]

function textWidth(item: { fontSize?: number }, text: unknown): number {
  const ems = [...String(text ?? '')].map((sign) => WIDTHS.find(({ signs }) => signs.test(sign))?.em ?? 0.59)
  return ems.reduce((total, em) => total + em, 0) * (item.fontSize ?? 11)
}

/** Exported by vega, missing from its types. */
const { textMetrics } = vega as unknown as { textMetrics: object }
Object.assign(textMetrics, { width: textWidth, measureWidth: textWidth, estimateWidth: textWidth })

const SILENT = {
  level: () => SILENT,
  error: () => SILENT,
  warn: () => SILENT,
  info: () => SILENT,
  debug: () => SILENT,
} as never

/** The chart as SVG text. */
export async function paintSvg(spec: VegaLiteSpec, options: PaintOptions = {}): Promise<string> {
  const view = await viewOf(spec, options)
  const svg = await view.toSVG()
  view.finalize()
  return svg
}

/** The chart as PNG bytes, drawn with the fonts of this package; other scripts use what the system has. */
export async function paintPng(spec: VegaLiteSpec, options: PaintOptions = {}): Promise<Uint8Array> {
  const svg = await paintSvg(spec, options)
  const drawn = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: options.scale ?? 1 },
    background: THEMES[options.theme ?? 'light'].background,
    font: {
      fontDirs: [fontFolder()],
      loadSystemFonts: OTHER_SCRIPT.test(svg),
      defaultFontFamily: 'Noto Sans',
      sansSerifFamily: 'Noto Sans',
    },
  })
  return drawn.render().asPng()
}

/** Letters that the bundled fonts (Latin, Greek, Cyrillic, Arabic, simplified Chinese, emoji) do not draw. */
const OTHER_SCRIPT =
  /[\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hebrew}\p{Script=Thai}\p{Script=Devanagari}]/u

/** The package's `fonts/`: above this file in the source tree and beside `dist/` when bundled. */
function fontFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'fonts', 'NotoSans-Latin.ttf'))) {
    const parent = dirname(folder)
    if (parent === folder) throw new Error('the folder fonts/ is missing beside the program')
    folder = parent
  }
  return join(folder, 'fonts')
}
