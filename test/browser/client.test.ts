import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import { after, before, test } from 'node:test'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import { freePort } from './port.ts'
import { openChromium, type Served, serve } from './served.ts'

/** The TypeScript client in a page of another origin, as a notebook in a browser (Observable) or somebody's own page uses it. */
let served: Served
let elsewhere: Server
let browser: Browser
const origins = { allowed: '', other: '' }

before(async () => {
  const port = await freePort()
  Object.assign(origins, { allowed: `http://127.0.0.1:${port}`, other: `http://localhost:${port}` })
  const built = await build({
    entryPoints: ['clients/typescript/client.ts'],
    bundle: true,
    format: 'esm',
    write: false,
  })
  const script = built.outputFiles[0]?.text ?? ''
  elsewhere = createServer((request, response) => {
    const client = request.url === '/client.js'
    response.setHeader('content-type', client ? 'text/javascript' : 'text/html')
    response.end(client ? script : '<!doctype html><title>notebook</title>')
  })
  await new Promise<void>((resolve) => elsewhere.listen(port, () => resolve()))
  served = await serve({ ASKLAKE_CORS_ORIGINS: origins.allowed })
  browser = await openChromium()
})
after(async () => {
  await browser?.close()
  elsewhere?.close()
  await served?.close()
})

async function inPage(origin: string, use: string): Promise<unknown> {
  const page: Page = await browser.newPage()
  try {
    await page.goto(origin)
    return await page.evaluate(`(async () => {
      const { connect } = await import('/client.js')
      const lake = connect({ url: '${served.address}' })
      ${use}
    })()`)
  } finally {
    await page.close()
  }
}

test('asks, follows up and reads a file from an origin that is allowed', async () => {
  const got = await inPage(
    origins.allowed,
    `const steps = []
     const sql = 'SELECT ShipCountry, count(*) AS orders FROM Orders GROUP BY 1 ORDER BY 2 DESC, 1'
     const answer = await lake.sql(sql, { dataset: 'northwind', onStep: (step) => steps.push(step) })
     const top = await answer.edit([{ slot: 'limit', do: 'set', limit: 2 }])
     return [answer.objects()[0].orders, top.rows.length, steps.includes('execute'), (await answer.file('arrow')).length > 0]`,
  )
  assert.deepEqual(got, [122, 2, true, true])
})

test('a page of an origin that is not named gets nothing', async () => {
  const got = await inPage(origins.other, `return lake.datasets().catch(({ code }) => code)`)
  assert.equal(got, 'offline')
})
