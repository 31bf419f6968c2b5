import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { type Catalog, readCatalog } from '../../src/catalog.ts'
import { namedKindOf } from '../../src/chart.ts'
import { SKETCH_RULES } from '../../src/draft/sketch/rules.ts'
import { sketch } from '../../src/draft/sketch.ts'
import { link } from '../../src/link.ts'
import { readSettings } from '../../src/settings.ts'

let boats: Catalog
let harbours: Catalog

/** A file of boats of two harbours: sizes, groups, a date, places. */
function boatRows(): string {
  const head = 'Boat,Harbour,Sail_Type,Length_m,Mast_Height_m,Price_EUR,Crew,Launch_Date,Latitude,Longitude,Crew_ID'
  const row = (i: number) =>
    [`Boat ${i}`, ['Kiel', 'Cork', 'Split'][i % 3], ['Sloop', 'Ketch'][i % 2], 6 + (i % 37) / 4, 9 + (i % 29) / 3, 10000 + i * 371.5, 1 + (i % 5), `20${10 + (i % 12)}-0${1 + (i % 9)}-1${i % 9}`, 54.1 + i / 100, 10 + i / 100, 5000 + i].join(',') // biome-ignore format: a row
  return [head, ...Array.from({ length: 120 }, (_, i) => row(i))].join('\n')
}

before(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sketch-'))
  writeFileSync(join(folder, 'boats.csv'), boatRows())
  boats = await readCatalog(folder, { settings: readSettings({}) })
  const other = mkdtempSync(join(tmpdir(), 'sketch-'))
  writeFileSync(join(other, 'boats.csv'), boatRows())
  writeFileSync(join(other, 'owners.csv'), 'Owner,Harbour,Town\nAda,Kiel,Bonn\nBo,Cork,Ulm\nCy,Split,Hof')
  harbours = await readCatalog(other, { settings: readSettings({}) })
})

function read(question: string, catalog: Catalog) {
  const links = link(question, catalog)
  const made = sketch({ links, catalog, wish: namedKindOf(question), today: '2024-01-01' })
  return made === undefined ? undefined : { ...made, sql: made.draft.sql.replace(/\s+/g, ' ') }
}

// question, rule, kind, parts of the SQL
const CASES: [string, string, string | null, string[]][] = [
  ['price of each boat as bars', 'one row each', 'bar', ['SELECT Boat, Price_EUR FROM boats']],
  ['bar chart of boat and crew id', 'number of a key', 'bar', ['SELECT Boat, Crew_ID FROM boats']],
  ['map of the boats', 'map', 'map', ['SELECT Latitude, Longitude']],
  ['box plot of length by harbour', 'box plot', 'boxplot', ['SELECT Length_m, Harbour FROM boats']],
  ['distribution of price by sail type', 'box plot', 'boxplot', ['SELECT Price_EUR, Sail_Type']],
  ['distribution of crew', 'counts of a few numbers', 'bar', ['SELECT Crew, count(*)', 'GROUP BY Crew']],
  ['histogram of mast height faceted by harbour', 'histogram', 'histogram', ['floor(round(Mast_Height_m * 2, 6)) / 2', 'Harbour, count(*)']],
  ['heatmap of harbour and sail type', 'heat map', 'heatmap', ['Harbour, Sail_Type, count(*)']],
  ['length vs price, coloured by harbour', 'points', 'scatter', ['SELECT Length_m, Price_EUR, Harbour FROM boats']],
  ['relationship between length and mast height', 'points', 'scatter', ['SELECT Length_m, Mast_Height_m FROM boats']],
  ['scatter plot of price by harbour', 'points along groups', 'scatter', ['SELECT Harbour, Price_EUR FROM boats']],
  ['boats launched over the years', 'over time', 'line', ['year(Launch_Date)', 'count(*)']],
  ['average price by year, one line per sail type', 'over time', 'line', ['Sail_Type, avg(Price_EUR)']],
  ['boats per harbour stacked by sail type', 'groups', 'stacked-bar', ['Harbour, Sail_Type, count(*)']],
  ['mean length by harbour in Kiel', 'groups', null, ["WHERE Harbour = 'Kiel'"]],
  ['average price of sloops by harbour with crew over 2', 'groups', null, ["Sail_Type = 'Sloop'", 'Crew > 2']],
  ['top 2 harbours by average price', 'groups', null, ['avg(Price_EUR)', 'LIMIT 2']],
  ['average price by number of crew', 'groups', null, ['SELECT Crew, avg(Price_EUR)']],
  ['average price per crew count as bars', 'groups', 'bar', ['SELECT Crew, avg(Price_EUR)']],
  ['length and mast height coloured by harbour', 'points', 'scatter', ['SELECT Length_m, Mast_Height_m, Harbour']],
  ['highest and lowest price by harbour', 'groups', null, ['Harbour, max(Price_EUR) AS highest_Price_EUR, min(Price_EUR)']],
  ['number of boats by harbour, panels by sail type', 'groups', null, ['SELECT Harbour, Sail_Type, count(*)']],
  ['heat map of average price by month and year', 'heat map', 'heatmap', ['year(Launch_Date)', 'monthname(Launch_Date)']],
  ['launches by year for each harbour, one line each', 'over time', 'line', ['year(Launch_Date) AS year, Harbour']],
  ['100% stacked bar chart of sail type by harbour', 'groups', 'normalized-bar', ['Sail_Type, Harbour, count(*)']],
  ['do taller boats cost a fortune? mast height against price', 'points', 'scatter', ['SELECT Mast_Height_m, Price_EUR']],
] // biome-ignore format: a table

for (const [question, rule, wish, parts] of CASES) {
  test(`a chart request read by rules: ${question}`, () => {
    const made = read(question, boats)
    assert.ok(made, 'not read')
    assert.equal(made.rule, rule)
    assert.equal(made.wish, wish)
    for (const part of parts) assert.ok(made.sql.includes(part), made.sql)
  })
}

test('every rule of requests has a case', () => {
  const seen = new Set(CASES.map(([, rule]) => rule))
  assert.deepEqual(
    SKETCH_RULES.map(({ name }) => name).filter((name) => !seen.has(name)),
    [],
  )
})

for (const question of [
  'which harbour has the most expensive boat',
  'what is the average price',
  'boats that are not in Kiel by harbour',
  'average wingspan by harbour',
  'price by harbour without ketches',
]) {
  test(`left to the model: ${question}`, () => assert.equal(read(question, boats), undefined))
}

test('beside other tables a request must name a chart and its columns in full', () => {
  assert.equal(read('average price by harbour', harbours), undefined)
  assert.equal(read('scatter plot of length and mast', harbours), undefined)
  assert.equal(read('scatter plot of length m and price eur', harbours)?.wish, 'scatter')
})
