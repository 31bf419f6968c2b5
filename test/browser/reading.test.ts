import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { openChromium, type Served, serve } from './served.ts'

/** The reading of a question, changed in the page by pointer, keyboard and words. */
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

async function asked(
  question: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  await page.goto(`${served.address}/?dataset=northwind`)
  await page.locator('#answer .welcome').waitFor()
  await page.locator('#question').fill(question)
  await page.locator('#go').click()
  await settled(page)
  return { page, complaints }
}

/** The answer is there, and nothing is under way. */
async function settled(page: Page): Promise<void> {
  await page.locator('#answer article .reading').waitFor()
  await page.locator('#answer[aria-busy]').waitFor({ state: 'detached' })
}

const chips = (page: Page) => page.locator('.reading .part .value, .reading .part .fixed').allInnerTexts()
const rows = (page: Page) => page.locator('#answer > article > .table tbody tr, #answer .table tbody tr').count()

/** Waits for the answer whose heading is this. */
const headed = (page: Page, pattern: RegExp) => page.locator('#answer-title', { hasText: pattern }).waitFor()

describe('the reading in the page', () => {
  test('a chip is changed from its menu and taken away, by pointer', async () => {
    const { page, complaints } = await asked('Average freight by ship country')
    assert.match((await chips(page)).join('|'), /average freight.*ship country/)
    await page.locator('#part-measure-0').click()
    await page.screenshot({ path: `${SCREENS}/reading-menu.png` })
    await page.getByRole('option', { name: 'median', exact: true }).click()
    await headed(page, /median freight/)
    await page.locator('#part-add').click()
    await page.getByRole('combobox', { name: 'Add to the question' }).fill('germany')
    await page.getByRole('option', { name: 'Germany' }).first().click()
    await headed(page, /Germany/)
    assert.equal(await rows(page), 1)
    await page.screenshot({ path: `${SCREENS}/reading.png`, fullPage: true })
    await page.getByRole('button', { name: /^Remove only/ }).click()
    await page.locator('.reading .part', { hasText: 'Germany' }).waitFor({ state: 'detached' })
    assert.equal(await rows(page), 21)
    assert.deepEqual(complaints, [])
    await page.context().close()
  })

  test('by keyboard alone: open, narrow down, choose, leave by Escape; the focus stays with the chip', async () => {
    const { page } = await asked('Average freight by ship country')
    await page.locator('#part-by-0').focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Escape')
    assert.equal(await page.evaluate('document.activeElement.id'), 'part-by-0')
    await page.keyboard.press('Enter')
    await page.keyboard.type('order date')
    await page.keyboard.press('Enter')
    await headed(page, /by month of order date/)
    assert.equal(await page.evaluate('document.activeElement.id'), 'part-by-0')
    await page.keyboard.press('Enter')
    await page.keyboard.press('ArrowDown')
    const second = await page.locator('.chooser [aria-selected=true]').innerText()
    await page.keyboard.press('Enter')
    await headed(page, new RegExp(second))
    await page.context().close()
  })

  test('said in words, and what cannot be done leaves the answer with a reason', async () => {
    const { page } = await asked('Average freight by ship country')
    const say = async (words: string) => {
      await page.getByRole('textbox', { name: 'Say what to change, or ask on' }).fill(words)
      await page.keyboard.press('Enter')
    }
    await say('top 5, only 1997, as a pie')
    await headed(page, /1997, top 5/)
    assert.equal(await rows(page), 5)
    assert.match((await chips(page)).join('|'), /When 1997.*Chart pie/s)
    await say('zzz qqq')
    await page.locator('#follow-note:not(:empty)').waitFor()
    assert.equal(await rows(page), 5)
    await page.context().close()
  })

  test('every part has a name for those who do not see it', async () => {
    const { page } = await asked('Average freight by ship country')
    await page.getByRole('region', { name: 'How the question was read' }).waitFor()
    for (const name of [/^Show average freight/, /^By ship country/, '+ Add'])
      await page.getByRole('button', { name }).waitFor()
    await page.locator('#part-by-0').click()
    await page.getByRole('listbox', { name: /Change by: ship country/ }).waitFor()
    await page.getByRole('group', { name: 'Instead' }).first().waitFor()
    await page.context().close()
  })

  test('the working is shown on demand', async () => {
    const { page } = await asked('What are the 5 most expensive products?')
    await page.getByText('Show the working').click()
    await page.locator('.working li').first().waitFor()
    assert.ok((await page.locator('.working li').count()) >= 2)
    await page.locator('.working li summary').first().click()
    assert.ok((await page.locator('.working li').first().locator('tbody tr').count()) <= 5)
    await page.screenshot({ path: `${SCREENS}/working.png`, fullPage: true })
    await page.context().close()
  })

  for (const [name, options] of [
    ['narrow', { viewport: { width: 380, height: 800 } }],
    ['dark', { colorScheme: 'dark' as const }],
  ] as const) {
    test(`${name}: chips and menus stay on the screen`, async () => {
      const { page } = await asked('Average freight by ship country', options)
      await page.locator('#part-add').click()
      await page.screenshot({ path: `${SCREENS}/reading-${name}.png` })
      const [content, screen] = await page.evaluate<[number, number]>(
        '[document.documentElement.scrollWidth, innerWidth]',
      )
      assert.ok(content <= screen, `${content} > ${screen}`)
      await page.context().close()
    })
  }
})
