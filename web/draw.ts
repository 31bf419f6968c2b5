import embed from 'vega-embed'
import { expressionInterpreter } from 'vega-interpreter'

/** Draws a Vega-Lite spec into a box, without eval and without fetching anything; loaded only when there is a first chart to draw. */
export async function draw(box: HTMLElement, spec: object): Promise<void> {
  const dark = matchMedia('(prefers-color-scheme: dark)').matches
  await embed(box, spec as never, {
    ...(dark ? { theme: 'dark' as const } : {}),
    config: { background: 'transparent' },
    mode: 'vega-lite',
    ast: true,
    expr: expressionInterpreter,
    actions: false,
    renderer: 'svg',
    loader: { http: { credentials: 'omit' } },
  })
}
