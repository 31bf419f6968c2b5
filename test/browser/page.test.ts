import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Browser, chromium, type Page } from 'playwright-core'
import { freePort } from './port.ts'

/** Drives the page as people do, in Debian's Chromium over the built program; pictures go to .cache/screens to be looked at. */
const SCREENS = '.cache/screens'
const state = mkdtempSync(join(tmpdir(), 'asklake-browser-'))
let server: ChildProcess
let browser: Browser
let address: string

before(async () => {
  mkdirSync(SCREENS, { recursive: true })
  const port = await freePort()
  address = `http://127.0.0.1:${port}`
  const env = { ...process.env, PORT: String(port), ASKLAKE_STATE_DIR: state }
  server = spawn(process.execPath, ['dist/cli.js', 'serve'], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise<void>((resolve, reject) => {
    server.stdout?.once('data', () => resolve())
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
  })
  browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
})

after(async () => {
  await browser?.close()
  if (server !== undefined && server.exitCode === null) {
    const ended = new Promise((resolve) => server.once('exit', resolve))
    server.kill('SIGTERM')
    await ended
  }
  rmSync(state, { recursive: true, force: true })
})

async function openPage(
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  await page.goto(address)
  await page.locator('#suggestions button').first().waitFor()
  return { page, complaints }
}

async function ask(page: Page, dataset: string, question: string): Promise<void> {
  await page.locator('#dataset').selectOption(dataset)
  await page.locator('#question').fill(question)
  await page.locator('#go').click()
  await page.locator('#answer article').waitFor()
  await page.locator('#answer[aria-busy]').waitFor({ state: 'detached' })
}

describe('the page', () => {
  test('a suggested question brings rows, a chart with marks, words, SQL and downloads, without complaints', async () => {
    const { page, complaints } = await openPage()
    await page.locator('#dataset').selectOption('northwind')
    await page.getByRole('button', { name: 'Average freight by ship country' }).first().click()
    await page.locator('#answer table tbody tr').first().waitFor()
    await page.locator('#answer .chart svg').waitFor()
    assert.ok((await page.locator('#answer .chart svg .mark-rect path').count()) >= 10)
    assert.equal(await page.locator('#answer table tbody tr').count(), 21)
    assert.match(await page.locator('#answer textarea').inputValue(), /Freight/)
    assert.equal(await page.locator('#history button').count(), 1)
    const csv = await page.request.get(
      new URL((await page.locator('a.button').first().getAttribute('href')) ?? '', address).href,
    )
    assert.equal(csv.status(), 200)
    assert.equal((await csv.text()).trim().split('\r\n').length, 22)
    await page.screenshot({ path: `${SCREENS}/wide.png`, fullPage: true })
    assert.deepEqual(complaints, [])
    await page.context().close()
  })

  test('edited SQL runs, and a forbidden one is refused with what to do', async () => {
    const { page } = await openPage()
    await ask(page, 'northwind', 'How many orders are there?')
    await page.locator('#answer textarea').fill("SELECT count(*) AS n FROM Orders WHERE ShipCountry = 'France'")
    await page.getByRole('button', { name: 'Run this SQL' }).click()
    await page.locator('#answer td', { hasText: '77' }).waitFor()
    await page.locator('#answer textarea').fill("SELECT * FROM read_csv('/etc/passwd')")
    await page.getByRole('button', { name: 'Run this SQL' }).click()
    const card = page.locator('#answer article.problem')
    await card.waitFor()
    assert.match((await card.textContent()) ?? '', /read_csv/)
    await page.context().close()
  })

  test('a question the data cannot answer is refused with questions that can be asked', async () => {
    const { page } = await openPage()
    await ask(page, 'northwind', 'What will the weather be in Rome tomorrow?')
    const suggestion = page.locator('#answer article.problem .chips button').first()
    await suggestion.click()
    await page.locator('#answer table tbody tr').first().waitFor()
    await page.context().close()
  })

  test('works by keyboard alone', async () => {
    const { page } = await openPage()
    await page.locator('#question').focus()
    await page.keyboard.type('number of products per category name')
    await page.locator('#dataset').selectOption('northwind')
    await page.locator('#question').press('Enter')
    await page.locator('#answer table').waitFor()
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate('document.activeElement.tagName'), 'BUTTON')
    await page.context().close()
  })

  for (const [name, options] of [
    ['narrow', { viewport: { width: 380, height: 800 } }],
    ['dark', { colorScheme: 'dark' as const }],
  ] as const) {
    test(`${name}: nothing is wider than the screen`, async () => {
      const { page } = await openPage(options)
      await ask(page, 'weather', 'average temp max by month as a line')
      await page.locator('#answer .chart svg').waitFor()
      const [content, screen] = await page.evaluate<[number, number]>(
        '[document.documentElement.scrollWidth, innerWidth]',
      )
      await page.screenshot({ path: `${SCREENS}/${name}.png`, fullPage: true })
      assert.ok(content <= screen, `${content} > ${screen}`)
      await page.context().close()
    })
  }

  test('the reference page lists every route', async () => {
    const { page, complaints } = await openPage()
    await page.goto(`${address}/docs`)
    await page.locator('#routes article').first().waitFor()
    const text = (await page.locator('#routes').textContent()) ?? ''
    for (const route of ['POST /v1/ask', 'POST /v1/sql', 'GET /v1/datasets', 'GET /v1/answers/{id}'])
      assert.ok(text.includes(route), route)
    await page.screenshot({ path: `${SCREENS}/docs.png`, fullPage: true })
    assert.deepEqual(complaints, [])
    await page.context().close()
  })
})
