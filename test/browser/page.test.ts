import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { openChromium, type Served, serve } from './served.ts'

/** Drives the page as people do, in Debian's Chromium over the built program; pictures go to .cache/screens to be looked at. */
const SCREENS = '.cache/screens'
let served: Served
let browser: Browser

before(async () => {
  served = await serve()
  browser = await openChromium()
})

after(async () => {
  await browser?.close()
  await served?.close()
})

async function openPage(
  options: Parameters<Browser['newContext']>[0] = {},
  path = '/',
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  await page.goto(`${served.address}${path}`)
  await page.locator('#answer .welcome, #answer .card').first().waitFor()
  return { page, complaints }
}

async function ask(page: Page, dataset: string, question: string): Promise<void> {
  await page.locator('#dataset').selectOption(dataset)
  await page.locator('#question').fill(question)
  await page.locator('#go').click()
  await page.locator('#answer article:not(.skeleton)').waitFor()
  await page.locator('#answer[aria-busy]').waitFor({ state: 'detached' })
}

const screenshot = (page: Page, name: string) => page.screenshot({ path: `${SCREENS}/${name}.png`, fullPage: true })

/** Names of everything that can be pressed or typed into, as assistive technology is told them. */
async function unnamed(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page)
  const { nodes } = await session.send('Accessibility.getFullAXTree')
  const roles =
    /^(button|link|textbox|combobox|searchbox|tab|tabpanel|checkbox|img|image|dialog|region|DisclosureTriangle)$/
  return nodes
    .filter(({ ignored, role }) => !ignored && roles.test(String(role?.value)))
    .filter(({ name }) => String(name?.value ?? '').trim() === '')
    .map(({ role }) => String(role?.value))
}

describe('an answer', () => {
  test('a suggested question brings rows, a chart with marks, words, SQL and downloads, without complaints', async () => {
    const { page, complaints } = await openPage()
    await screenshot(page, 'first')
    assert.deepEqual(await unnamed(page), [])
    await page.locator('#dataset').selectOption('northwind')
    await page.getByRole('button', { name: 'Average freight by ship country' }).first().click()
    await page.locator('#answer table tbody tr').first().waitFor()
    await page.locator('#answer .chart svg').waitFor()
    assert.ok((await page.locator('#answer .chart svg .mark-rect path').count()) >= 10)
    assert.equal(await page.locator('#answer table tbody tr').count(), 21)
    assert.match(await page.locator('#answer textarea').inputValue(), /Freight/)
    assert.deepEqual(await unnamed(page), [])
    await page.locator('#answer .menu summary').click()
    const csv = await page.request.get(
      new URL((await page.getByRole('link', { name: 'CSV' }).getAttribute('href')) ?? '', served.address).href,
    )
    assert.equal((await csv.text()).trim().split('\r\n').length, 22)
    await screenshot(page, 'wide')
    assert.deepEqual(complaints, [])
    await page.context().close()
  })

  test('edited SQL runs, and a forbidden one is refused with what to do', async () => {
    const { page } = await openPage()
    await ask(page, 'northwind', 'How many orders are there?')
    await page.locator('#answer .sql summary').click()
    await page.locator('#answer textarea').fill("SELECT count(*) AS n FROM Orders WHERE ShipCountry = 'France'")
    await page.getByRole('button', { name: 'Run this SQL' }).click()
    await page.locator('#answer td', { hasText: '77' }).waitFor()
    await page.locator('#answer .sql summary').click()
    await page.locator('#answer textarea').fill("SELECT Freight FROM Orders WHERE ShipCountry = 'Narnia'")
    await page.getByRole('button', { name: 'Run this SQL' }).click()
    await page.locator('#answer td.none', { hasText: 'No rows' }).waitFor()
    await screenshot(page, 'empty')
    await page.locator('#answer .sql summary').click()
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
    await screenshot(page, 'refusal')
    await page.locator('#answer article.problem .chips button').first().click()
    await page.locator('#answer table tbody tr').first().waitFor()
    await page.context().close()
  })

  test('while it is made its shape stands there, and is announced; a new question takes its place', async () => {
    const { page } = await openPage()
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    await page.route('**/v1/ask', async (route) => {
      if (route.request().postData()?.includes('slow')) await held
      await route.continue().catch(() => {})
    })
    await page.locator('#question').fill('a slow question')
    await page.locator('#go').click()
    await page.locator('#answer .skeleton').waitFor()
    assert.equal(await page.locator('#answer').getAttribute('aria-busy'), 'true')
    assert.match((await page.locator('#progress[role=status]').textContent()) ?? '', /\S/)
    await screenshot(page, 'loading')
    await ask(page, 'northwind', 'How many orders are there?')
    release()
    assert.equal(await page.locator('#answer h2').first().textContent(), 'How many orders are there?')
    await page.context().close()
  })
})

describe('what stays', () => {
  test('an answer has an address that shows it again and says what changed since; history leads back', async () => {
    const { page } = await openPage()
    await ask(page, 'northwind', 'number of products per category name')
    const link = page.url()
    assert.match(link, /\/a\/[0-9a-f-]{36}$/)
    await ask(page, 'northwind', 'How many orders are there?')
    await page.goto(link)
    await page.locator('.since').waitFor()
    assert.match((await page.locator('.since').textContent()) ?? '', /Nothing has changed since/)
    assert.equal(await page.locator('#answer h2').first().textContent(), 'number of products per category name')
    await page.getByRole('tab', { name: 'History' }).click()
    assert.equal(await page.locator('#history li').count(), 2)
    await page.locator('#history .entry').first().click()
    await page.locator('#answer h2', { hasText: 'How many orders' }).waitFor()
    await page.goBack()
    await page.locator('#answer h2', { hasText: 'number of products' }).waitFor()
    await screenshot(page, 'permalink')
    await page.context().close()
  })

  test('an approved question is listed, edited, checked, marked when asked again, and deleted', async () => {
    const { page, complaints } = await openPage()
    await ask(page, 'northwind', 'total freight by ship city')
    await page.getByRole('tab', { name: 'Verified' }).click()
    await page.getByRole('button', { name: 'Right' }).click()
    await page.locator('#verified .entry', { hasText: 'total freight by ship city' }).waitFor()
    await page.getByRole('button', { name: 'Edit: total freight by ship city' }).click()
    assert.deepEqual(await unnamed(page), [])
    await page.getByLabel('Other wordings').fill('freight per city')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.locator('#verified .note', { hasText: '1 other wording' }).waitFor()
    await page.getByRole('button', { name: 'Check all' }).click()
    await page.locator('#verified .note', { hasText: 'as approved' }).waitFor()
    await ask(page, 'northwind', 'Freight per city?')
    await page.locator('#answer .badge', { hasText: 'Verified' }).waitFor()
    await screenshot(page, 'verified')
    await page.getByRole('button', { name: 'Delete: total freight by ship city' }).click()
    await page.locator('#verified', { hasText: 'None yet' }).waitFor()
    assert.deepEqual(complaints, [])
    await page.context().close()
  })
})

describe('the data', () => {
  test('tables show their columns with histograms; a column is put into the question', async () => {
    const { page } = await openPage()
    await page.locator('#dataset').selectOption('northwind')
    await page.locator('#tables summary', { hasText: 'Orders' }).first().click()
    await page.getByRole('img', { name: /Histogram of Freight/ }).waitFor()
    await page.getByRole('button', { name: 'Put Freight into the question' }).click()
    assert.equal(await page.locator('#question').inputValue(), 'Freight ')
    assert.equal(await page.evaluate('document.activeElement.id'), 'question')
    assert.deepEqual(await unnamed(page), [])
    await page.context().close()
  })

  test('no data at all is explained', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.route('**/v1/datasets', (route) => route.fulfill({ json: { datasets: [] } }))
    await page.goto(served.address)
    await page.getByRole('heading', { name: 'No data yet' }).waitFor()
    await screenshot(page, 'no-data')
    await context.close()
  })
})

describe('everywhere and for everyone', () => {
  test('works by keyboard alone', async () => {
    const { page } = await openPage()
    await page.keyboard.press('/')
    await page.keyboard.type('number of products per category name')
    await page.locator('#dataset').selectOption('northwind')
    await page.locator('#question').press('Enter')
    await page.locator('#answer table').waitFor()
    await page.locator('#tab-tables').focus()
    await page.keyboard.press('ArrowRight')
    assert.equal(await page.evaluate('document.activeElement.id'), 'tab-history')
    assert.equal(await page.locator('#history').isVisible(), true)
    await page.getByRole('button', { name: 'Embed' }).press('Enter')
    await page.locator('dialog[open]').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('dialog').waitFor({ state: 'detached' })
    await page.context().close()
  })

  test('a server that is away is said and tried again', async () => {
    const { page } = await openPage()
    await page.context().setOffline(true)
    await page.locator('#question').fill('How many birdstrikes are there?')
    await page.locator('#go').click()
    await page.locator('#answer .problem.offline').waitFor()
    await screenshot(page, 'offline')
    await page.context().setOffline(false)
    await page.locator('#answer table tbody tr').first().waitFor()
    await page.context().close()
  })

  test('a server that asks for a key is given one, and it goes out with every request', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    const problem = { code: 'key-required', detail: 'This needs a key.', hint: 'Ask for one.' }
    const seen: string[] = []
    await page.route('**/v1/**', (route) => {
      const given = route.request().headers()['authorization'] ?? ''
      seen.push(given)
      if (given === 'Bearer asklake_1')
        return route.continue({ headers: { ...route.request().headers(), authorization: '' } })
      return route.fulfill({ status: 401, contentType: 'application/problem+json', body: JSON.stringify(problem) })
    })
    await page.goto(served.address)
    await page.getByRole('textbox', { name: 'Key' }).fill('asklake_1')
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.locator('#answer .welcome').waitFor()
    assert.ok(seen.slice(1).every((given) => given === 'Bearer asklake_1'))
    await context.close()
  })

  for (const [name, options] of [
    ['narrow', { viewport: { width: 360, height: 800 } }],
    ['dark', { colorScheme: 'dark' as const }],
  ] as const) {
    test(`${name}: nothing is wider than the screen`, async () => {
      const { page } = await openPage(options)
      await ask(page, 'weather', 'average temp max by month as a line')
      await page.locator('#answer .chart svg').waitFor()
      const [content, screen] = await page.evaluate<[number, number]>(
        '[document.documentElement.scrollWidth, innerWidth]',
      )
      await screenshot(page, name)
      assert.ok(content <= screen, `${content} > ${screen}`)
      await page.context().close()
    })
  }

  test('nothing moves for those who asked for less motion', async () => {
    const moving = `document.getAnimations().length + [...document.querySelectorAll('*')].filter((one) => {
      const style = getComputedStyle(one)
      return style.animationName !== 'none' || style.transitionDuration !== '0s'
    }).length`
    for (const reducedMotion of ['reduce', 'no-preference'] as const) {
      const { page } = await openPage({ reducedMotion })
      const count = await page.evaluate<number>(moving)
      assert.equal(count === 0, reducedMotion === 'reduce', `${reducedMotion}: ${count}`)
      await page.context().close()
    }
  })

  test('the page is small: scripts and styles before the first chart', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    let bytes = 0
    page.on('response', async (response) => {
      const body = await response
        .request()
        .sizes()
        .catch(() => null)
      bytes += body?.responseBodySize ?? 0
    })
    await page.goto(served.address)
    await page.locator('#answer .welcome').waitFor()
    await page.waitForLoadState('networkidle')
    assert.ok(bytes > 1000 && bytes < 60_000, `${bytes} bytes`)
    await context.close()
  })

  test('the reference shows every operation with an example', async () => {
    const { page, complaints } = await openPage({}, '/')
    await page.goto(`${served.address}/docs`)
    await page.locator('#routes article').first().waitFor()
    const { paths } = (await (await page.request.get(`${served.address}/openapi.json`)).json()) as {
      paths: Record<string, object>
    }
    const operations = Object.values(paths).flatMap(Object.keys)
    assert.equal(await page.locator('#routes article').count(), operations.length)
    assert.ok((await page.locator('#routes article pre').count()) >= 2 * operations.length - 4)
    assert.deepEqual(await unnamed(page), [])
    await page.screenshot({ path: `${SCREENS}/docs.png` })
    assert.deepEqual(complaints, [])
    await page.context().close()
  })
})
