/** Command: draws an example of every chart rule over the data of examples/ into docs/gallery/. `node --import tsx docs/gallery.ts` */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openBenchDatabase } from '../bench/database.ts'
import { readCatalog } from '../src/catalog.ts'
import { paintPng } from '../src/chart/paint.ts'
import { CHART_RULES } from '../src/chart/rules.ts'
import { chart, wishOf } from '../src/chart.ts'
import { readSettings } from '../src/settings.ts'

/** Dataset, question, statement. */
type Picture = [dataset: string, title: string, sql: string]

const DAY = 'CAST(OrderDate AS DATE)'

// biome-ignore format: a table
const PICTURES: Picture[] = [
  ['northwind', 'Number of orders and total freight', 'SELECT count(*) AS orders, sum(Freight) AS freight FROM Orders'],
  ['flights', 'Airports of Hawaii', "SELECT name, latitude, longitude FROM airports WHERE state = 'HI'"],
  ['northwind', 'Orders by country', 'SELECT ShipCountry, count(*) FROM Orders GROUP BY 1 ORDER BY 2 DESC'],
  ['northwind', 'The ten months with the highest freight', `SELECT date_trunc('month', ${DAY}) AS month, sum(Freight) FROM Orders GROUP BY 1 ORDER BY 2 DESC LIMIT 10`],
  ['northwind', 'Freight per month', `SELECT date_trunc('month', ${DAY}) AS month, sum(Freight) FROM Orders GROUP BY 1 ORDER BY 1`],
  ['northwind', 'Orders in 1997 and 1998', `SELECT year(${DAY}) AS year, count(*) FROM Orders WHERE year(${DAY}) > 1996 GROUP BY 1 ORDER BY 1`],
  ['weather', 'Average maximum temperature by month and location', "SELECT date_trunc('month', date) AS month, location, avg(temp_max) FROM daily GROUP BY 1, 2 ORDER BY 1, 2"],
  ['weather', 'Rain by month of the year', "SELECT year(date) AS year, month(date) AS month, sum(precipitation) FROM daily GROUP BY 1, 2"],
  ['northwind', 'Orders per month and ship country', `SELECT date_trunc('month', ${DAY}) AS month, ShipCountry, count(*) FROM Orders GROUP BY 1, 2`],
  ['weather', 'Average wind in 2012 and 2013 by weather', "SELECT year(date) AS year, weather, avg(wind) FROM daily WHERE year(date) IN (2012, 2013) GROUP BY 1, 2"],
  ['weather', 'Days per quarter by weather and location', "SELECT date_trunc('quarter', date) AS quarter, weather, location, count(*) FROM daily GROUP BY 1, 2, 3"],
  ['weather', 'Lowest and highest maximum temperature by weather', 'SELECT weather, min(temp_max), max(temp_max) FROM daily GROUP BY 1'],
  ['weather', 'Maximum temperature by weather', 'SELECT weather, temp_max FROM daily'],
  ['weather', 'Lowest against highest temperature', 'SELECT temp_min, temp_max, location FROM daily'],
  ['northwind', 'Freight', 'SELECT Freight FROM Orders'],
  ['birdstrikes', 'Share of strikes by wildlife size', 'SELECT "Wildlife Size", 100.0 * count(*) / sum(count(*)) OVER () AS share FROM birdstrikes GROUP BY 1'],
  ['weather', 'Days by wind', 'SELECT floor(wind) AS wind, count(*) FROM daily GROUP BY 1'],
  ['northwind', 'Dearest products', 'SELECT ProductName, QuantityPerUnit, UnitPrice FROM Products ORDER BY 3 DESC LIMIT 12'],
  ['birdstrikes', 'Strikes by state and month of the year', 'SELECT "Origin State", month("Flight Date") AS month, count(*) FROM birdstrikes GROUP BY 1, 2 HAVING count(*) > 25'],
  ['birdstrikes', 'Strikes by phase of flight and time of day', 'SELECT "Phase of flight", "Time of day", count(*) FROM birdstrikes GROUP BY 1, 2'],
  ['birdstrikes', 'Average speed by wildlife size and time of day', 'SELECT "Wildlife Size", "Time of day", avg("Speed IAS in knots") FROM birdstrikes GROUP BY 1, 2'],
  ['birdstrikes', 'Strikes by wildlife size, time of day and phase of flight', 'SELECT "Wildlife Size", "Time of day", "Phase of flight", count(*) FROM birdstrikes GROUP BY 1, 2, 3'],
  ['weather', 'Average lowest and highest temperature by weather', 'SELECT weather, avg(temp_min), avg(temp_max) FROM daily GROUP BY 1'],
  ['northwind', 'Average price against units in stock by supplier', 'SELECT SupplierID, avg(UnitPrice), sum(UnitsInStock) FROM Products GROUP BY 1'],
  ['northwind', 'Orders and freight by shipper', 'SELECT ShipVia, count(*) AS orders, sum(Freight) AS freight FROM Orders GROUP BY 1'],
  ['weather', 'Days by weather', 'SELECT weather, count(*) FROM daily GROUP BY 1'],
  ['birdstrikes', 'Costs by airline', 'SELECT "Aircraft Airline Operator", sum("Cost Total $") FROM birdstrikes GROUP BY 1 ORDER BY 2 DESC LIMIT 10'],
  ['northwind', 'Freight of the orders to Germany by customer', `SELECT ${DAY} AS day, ShipName, Freight FROM Orders WHERE ShipCountry = 'Germany'`],
  ['weather', 'Calendar heat map of the rain in Seattle', "SELECT date, precipitation FROM daily WHERE location = 'Seattle' AND year(date) > 2013"],
  ['birdstrikes', 'Strikes by time of day and wildlife size as a 100% stacked bar chart', 'SELECT "Time of day", "Wildlife Size", count(*) FROM birdstrikes GROUP BY 1, 2'],
  ['weather', 'Histogram of wind, small multiples by location', 'SELECT floor(wind) AS wind, location, count(*) FROM daily GROUP BY 1, 2'],
]

const folder = join(import.meta.dirname, 'gallery')
const LIMITS = { rows: 3000, bytes: 2 ** 24, timeout_ms: 10_000 }

/** Draws one picture and gives its lines of the page. */
async function draw([dataset, title, sql]: Picture, at: number): Promise<{ lines: string; why: string }> {
  const catalog = await readCatalog(join(import.meta.dirname, '..', 'examples', dataset), { settings: readSettings() })
  const tables = { key: `${dataset}${at}`, tables: catalog.tables }
  const rows = await database.query(tables, sql, LIMITS)
  const tree = JSON.parse(await database.parse(sql)).statements[0]
  const made = chart({ title, wish: wishOf(title), catalog, tree, rows })
  const head = `### ${title}\n\n\`${made.kind}\` · ${made.why}\n`
  if (made.spec === null) return { lines: `${head}\n(a table)\n`, why: made.why }
  const name = `${String(at + 1).padStart(2, '0')}.png`
  writeFileSync(join(folder, name), await paintPng(made.spec, { width: 640 }))
  const notes = made.findings.map(({ text }) => `> ${text}\n`).join('')
  return {
    lines: `${head}\n![${String(made.spec.description).slice(0, 180)}](gallery/${name})\n${notes}`,
    why: made.why,
  }
}

const database = await openBenchDatabase()
mkdirSync(folder, { recursive: true })
const drawn: { lines: string; why: string }[] = []
for (const [at, picture] of PICTURES.entries()) drawn.push(await draw(picture, at))
await database.close()
const missing = CHART_RULES.filter(({ why, kind }) => kind !== 'table' && !drawn.some((one) => one.why === why))
for (const { name } of missing) console.log(`no picture for the rule: ${name}`)
const text = `# Gallery\n\nEvery chart rule over the data of \`examples/\`, drawn by \`node --import tsx docs/gallery.ts\`; the rules are listed in [charts.md](charts.md).\n\n`
writeFileSync(join(import.meta.dirname, 'gallery.md'), text + drawn.map(({ lines }) => lines).join('\n'))
