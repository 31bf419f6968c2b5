import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePeriod, parseRecurring } from '../../src/draft/dates.ts'
import { parseNumber } from '../../src/draft/numbers.ts'

/** A Wednesday. */
const today = '2023-05-17'

const PERIODS: [words: string, start: string | null, end?: string | null][] = [
  ['2014', '2014-01-01', '2015-01-01'],
  ['the year 2014', '2014-01-01', '2015-01-01'],
  ['March 2014', '2014-03-01', '2014-04-01'],
  ['2014-12', '2014-12-01', '2015-01-01'],
  ['Q3 2023', '2023-07-01', '2023-10-01'],
  ['the fourth quarter of 2023', '2023-10-01', '2024-01-01'],
  ['2023-01-31', '2023-01-31', '2023-02-01'],
  ['Jan 1, 2023', '2023-01-01', '2023-01-02'],
  ['1st of May 2020', '2020-05-01', '2020-05-02'],
  ['12/31/2022', '2022-12-31', '2023-01-01'],
  ['31/12/2022', '2022-12-31', '2023-01-01'],
  ['2023-01-31 14:30', '2023-01-31 14:30:00', '2023-01-31 14:31:00'],
  ['the 1990s', '1990-01-01', '2000-01-01'],
  ['last 30 days', '2023-04-18', '2023-05-18'],
  ['the past three months', '2023-02-18', '2023-05-18'],
  ['last month', '2023-04-01', '2023-05-01'],
  ['this quarter', '2023-04-01', '2023-07-01'],
  ['previous year', '2022-01-01', '2023-01-01'],
  ['last week', '2023-05-08', '2023-05-15'],
  ['yesterday', '2023-05-16', '2023-05-17'],
  ['2 weeks ago', '2023-05-01', '2023-05-08'],
  ['year to date', '2023-01-01', '2023-05-18'],
  ['since March', '2023-03-01', null],
  ['August', '2022-08-01', '2022-09-01'],
  ['May 30', '2022-05-30', '2022-05-31'],
  ['February 30, 2023', null],
  ['marketing', null],
  ['soon', null],
]

for (const [words, start, end] of PERIODS) {
  test(`"${words}" seen from a Wednesday in May 2023`, () => {
    assert.deepEqual(parsePeriod(words, today), start === null ? null : { start, end })
  })
}

test('recurring parts of a date', () => {
  assert.equal(parseRecurring('month', 'March'), 3)
  assert.equal(parseRecurring('month', '13'), null)
  assert.equal(parseRecurring('weekday', 'Mondays'), 1)
  assert.equal(parseRecurring('quarter', 'Q2'), 2)
  assert.equal(parseRecurring('hour', '3 pm'), 15)
  assert.equal(parseRecurring('weekday', 'Paris'), null)
})

const NUMBERS: [words: string, number: number | null][] = [
  ['1,200', 1200],
  ['2.5k', 2500],
  ['2.5 million', 2_500_000],
  ['two hundred fifty', 250],
  ['one hundred thousand', 100_000],
  ['twenty-five', 25],
  ['a dozen', 12],
  ['-3', -3],
  ['$5.50', 5.5],
  ['15 %', 15],
  ['3rd', 3],
  ['top 5', 5],
  ['5万', 50_000],
  ['1990s', null],
  ['a', null],
  ['m', null],
  ['1 2', null],
  ['Paris', null],
  ['', null],
]

for (const [words, number] of NUMBERS) {
  test(`"${words}" as a number`, () => assert.equal(parseNumber(words), number))
}
