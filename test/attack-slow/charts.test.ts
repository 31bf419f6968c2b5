import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { renderPng, renderSvg } from '../../src/chart/render.ts'
import type { VegaLiteSpec } from '../../src/chart/spec.ts'
import { Refusal } from '../../src/refusal.ts'

const TIMEOUT_MS = 1500

const HARMLESS = {
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  data: { values: [{ c0: 'a', c1: 1 }] },
  mark: { type: 'bar' },
  encoding: { x: { field: 'c0', type: 'nominal' }, y: { field: 'c1', type: 'quantitative' } },
  config: {},
} as unknown as VegaLiteSpec

let server: Server
let url: string
/** Requests that arrived where the specs point. */
const arrived: string[] = []

before(async () => {
  server = createServer((request, response) => {
    arrived.push(String(request.url))
    response.end('c0,c1\nfetched,1\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await renderSvg(HARMLESS)
})
after(() => new Promise((resolve) => server.close(resolve)))

function hostileSpecs(): { name: string; spec: VegaLiteSpec }[] {
  const text = readFileSync(new URL('../attack/charts.json', import.meta.url), 'utf8').replaceAll('{{URL}}', url)
  return (JSON.parse(text) as { name: string; spec: { nested?: number } }[]).map(({ name, spec }) => ({
    name,
    spec: (spec.nested === undefined ? spec : nested(spec.nested)) as unknown as VegaLiteSpec,
  }))
}

function nested(depth: number): object {
  let spec: object = HARMLESS
  for (let left = depth; left > 0; left--) spec = { layer: [spec] }
  return spec
}

/** What is wrong about a drawing, or nothing: drawn without what was smuggled in, or refused. */
async function fault(spec: VegaLiteSpec): Promise<string | undefined> {
  const svg = await renderSvg(spec, { timeout_ms: TIMEOUT_MS }).catch((error: unknown) => error as Error)
  if (svg instanceof Error) {
    const told =
      svg instanceof Refusal ? svg.code === 'chart-timeout' : /^the chart could not be (drawn|sent)/.test(svg.message)
    return told ? undefined : String(svg.stack)
  }
  if (/root:x:|fetched/.test(svg)) return `holds what it read: ${svg.slice(0, 300)}`
  if (/<script|<svg[^>]* onload|\sonload="|"javascript:|xlink:href="(?!#|")/i.test(svg))
    return `is a page of its own: ${svg}`
  return undefined
}

test('hostile specs read nothing, reach nothing, run nothing and end in time; the next chart is drawn', async () => {
  const found: string[] = []
  for (const { name, spec } of hostileSpecs()) {
    const what = await fault(spec)
    if (what !== undefined) found.push(`${name} ${what.slice(0, 400)}`)
    assert.match(await renderSvg(HARMLESS), /^<svg/, name)
  }
  assert.deepEqual(found, [])
  assert.deepEqual(arrived, [])
})

test('an SVG that names a file or address is drawn without it', async () => {
  for (const name of ['image-http', 'image-file', 'image-path', 'gradient-url']) {
    const found = hostileSpecs().find((one) => one.name === name)
    assert.ok(found)
    const png = await renderPng(found.spec, { timeout_ms: TIMEOUT_MS }).catch((error: unknown) => error as Error)
    assert.ok(png instanceof Uint8Array || /could not be drawn/.test(png.message), name)
  }
  assert.deepEqual(arrived, [])
})
