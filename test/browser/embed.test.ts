import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { freePort } from './port.ts'
import { openChromium, type Served, serve } from './served.ts'

/** Signed links inside the page of somebody else: another origin, as a dashboard is. */
let served: Served
let dashboard: Server
let dashboardAddress: string
let browser: Browser
let shown = ''

before(async () => {
  const port = await freePort()
  dashboardAddress = `http://127.0.0.1:${port}`
  served = await serve({ ASKLAKE_FRAME_ANCESTORS: dashboardAddress })
  dashboard = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html')
    response.end(`<!doctype html><title>dashboard</title><h1>Sales</h1>${shown}`)
  })
  await new Promise<void>((resolve) => dashboard.listen(port, '127.0.0.1', resolve))
  assert.equal((dashboard.address() as AddressInfo).port, port)
  browser = await openChromium()
})

after(async () => {
  await browser?.close()
  dashboard?.close()
  await served?.close()
})

async function link(body: object): Promise<Record<'url' | 'iframe' | 'panel', string>> {
  const response = await fetch(`${served.address}/v1/embeds`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return response.json() as Promise<Record<'url' | 'iframe' | 'panel', string>>
}

describe('embedding', () => {
  test('a pinned question as a panel: drawn, as tall as it is, and told to the page around', async () => {
    const { panel } = await link({ dataset: 'northwind', question: 'average freight by ship country', refresh_s: 10 })
    shown = `${panel}<script>addEventListener('asklake-answer', (event) => { document.title = JSON.stringify(event.detail) })</script>`
    const page = await browser.newPage()
    await page.goto(dashboardAddress)
    const frame = page.frameLocator('asklake-panel iframe')
    await frame.locator('.chart svg').waitFor()
    await page.waitForFunction('document.title.includes("21")')
    await page.waitForFunction('document.querySelector("asklake-panel").getBoundingClientRect().height > 400')
    await page.screenshot({ path: '.cache/screens/panel.png', fullPage: true })
    await page.close()
  })

  test('a question box in a plain frame answers', async () => {
    const { iframe } = await link({ dataset: 'northwind' })
    shown = iframe
    const page = await browser.newPage()
    await page.goto(dashboardAddress)
    const frame = page.frameLocator('iframe')
    await frame.locator('#question').fill('number of products per category name')
    await frame.getByRole('button', { name: 'Ask', exact: true }).click()
    await frame.locator('.chart svg').waitFor()
    await page.screenshot({ path: '.cache/screens/box.png', fullPage: true })
    await page.close()
  })

  test('a changed link opens nothing, and a frame elsewhere is not shown', async () => {
    const { url } = await link({ dataset: 'northwind', question: 'How many orders are there?' })
    const page = await browser.newPage()
    await page.goto(`${url}x`)
    await page.locator('.problem').waitFor()
    const response = await page.request.get(`${served.address}/`)
    assert.match(response.headers()['content-security-policy'] ?? '', /frame-ancestors 'self'/)
    const embedded = await page.request.get(url)
    assert.ok(embedded.headers()['content-security-policy']?.includes(`frame-ancestors 'self' ${dashboardAddress}`))
    await page.close()
  })
})
