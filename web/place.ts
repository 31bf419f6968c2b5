import { element } from './element.ts'

/** What each step is called while it runs. */
const PROGRESS: Record<string, string> = {
  catalog: 'Reading the catalog',
  recall: 'Looking for a known plan',
  link: 'Finding your words in the data',
  draft: 'Drafting a query',
  choose: 'Comparing readings',
  check: 'Checking the query',
  execute: 'Running it',
  verify: 'Checking the answer',
  chart: 'Drawing',
  explain: 'Explaining',
}

/** The name of a step as people read it. */
export function stepName(step: string): string {
  return `${PROGRESS[step] ?? step} …`
}

/** What stands where the answer will be while it is made: the shape of an answer. */
export function skeleton(question: string): HTMLElement {
  const bar = (className: string) => element('i', { class: `bone ${className}` })
  return element(
    'article',
    { class: 'card skeleton', 'aria-hidden': 'true' },
    element('h2', {}, question),
    bar('line'),
    bar('line short'),
    bar('block'),
    bar('line'),
    bar('line'),
    bar('line short'),
  )
}

/** What the page shows before anything is asked. */
export function welcome(
  dataset: { title: string; tables: number },
  rows: number,
  questions: HTMLElement[],
): HTMLElement {
  const size = `${dataset.tables} table${dataset.tables === 1 ? '' : 's'}, ${rows.toLocaleString()} rows.`
  return element(
    'article',
    { class: 'welcome' },
    element('h2', {}, `What would you like to know of ${dataset.title}?`),
    element(
      'p',
      { class: 'quiet' },
      `${size} Ask in your own words; the answer comes with its chart, its SQL and what was checked.`,
    ),
    element('div', { class: 'chips large' }, ...questions),
  )
}

/** What the page shows where there are no data. */
export function noData(): HTMLElement {
  return element(
    'article',
    { class: 'welcome' },
    element('h2', {}, 'No data yet'),
    element(
      'p',
      {},
      'Put a folder of CSV, JSON or Parquet files into the data folder: each folder is a dataset, and it appears here by itself. The folder is named when asklake starts:',
    ),
    element('pre', {}, 'ASKLAKE_DATA=~/data npm start'),
  )
}
