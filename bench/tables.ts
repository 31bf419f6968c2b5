/** Small made-up CSV files for the benches: the same rows at every run. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

type Make = (random: Random, row: number) => (string | number | boolean)[]

interface Random {
  /** 0 to 1. */
  next(): number
  of<T>(list: readonly T[]): T
  /** About normal. */
  around(middle: number, spread: number): number
  day(from: string, days: number): string
}

function randomOf(seed: number): Random {
  let state = seed
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  return {
    next,
    of: (list) => list[Math.floor(next() * list.length)] as (typeof list)[number],
    around: (middle, spread) => middle + spread * (next() + next() + next() - 1.5),
    day: (from, days) => new Date(Date.parse(from) + Math.floor(next() * days) * 86_400_000).toISOString().slice(0, 10),
  }
}

const BRANDS = ['Aurora', 'Bluebird', 'Cobalt', 'Delta', 'Ember', 'Fjord', 'Glow']
const SPORTS = ['Swimming', 'Rowing', 'Judo', 'Cycling', 'Athletics', 'Fencing']
const LANDS: [string, string][] = [['Norway', 'Europe'], ['France', 'Europe'], ['Kenya', 'Africa'], ['Egypt', 'Africa'], ['Japan', 'Asia'], ['India', 'Asia'], ['Brazil', 'Americas'], ['Canada', 'Americas']] // biome-ignore format: a list
const LINES = ['Garden', 'Kitchen', 'Toys', 'Sports', 'Books']
const CITIES = ['Arlen', 'Bexley', 'Corby', 'Dover', 'Elton', 'Frome', 'Goole', 'Hythe', 'Ilkley', 'Jarrow', 'Kendal', 'Luton'] // biome-ignore format: a list
const STYLES = ['Bungalow', 'Terraced', 'Detached', 'Flat']
const HOODS = ['Old Town', 'Harbour', 'Hillside', 'Riverside', 'Station', 'Meadow']

const TABLES: Record<string, { head: string; rows: number; make: Make }> = {
  phones: {
    head: 'Model,Brand,OS,Screen_Size_in,Battery_mAh,Weight_g,Price_USD,User_Rating,Storage_GB,Release_Date,Water_Resistant',
    rows: 400,
    make: (r, row) => {
      const size = r.around(6, 0.8)
      return [`${r.of(BRANDS)} ${100 + row}`, r.of(BRANDS), r.of(['Android', 'Sailfish', 'Tizen']), size.toFixed(1), Math.round(r.around(4000, 900)),
        Math.round(size * 28 + r.around(0, 15)), Math.round(r.around(520, 320) + 60) + 0.5, r.around(3.6, 1.1).toFixed(1), r.of([64, 128, 256, 512]), r.day('2014-01-05', 3600), r.next() < 0.4]
    }, // biome-ignore format: a row
  },
  athletes: {
    head: 'Name,Sex,Sport,Country,Continent,Height_cm,Weight_kg,Age,Medals,Year',
    rows: 600,
    make: (r, row) => {
      const [country, continent] = r.of(LANDS)
      const height = r.around(176, 14)
      return [`Athlete ${row + 1}`, r.of(['F', 'M']), r.of(SPORTS), country, continent, height.toFixed(1), (height * 0.42 + r.around(0, 9)).toFixed(1),
        Math.round(r.around(26, 7)), Math.floor(r.next() ** 4 * 22), r.of([1996, 2000, 2004, 2008, 2012, 2016, 2020])]
    }, // biome-ignore format: a row
  },
  retail: {
    head: 'Order_ID,Order_Date,Channel,Customer_Type,Product_Line,Region,City,Quantity,Unit_Price,Discount,Revenue,Profit',
    rows: 900,
    make: (r, row) => {
      const quantity = 1 + Math.floor(r.next() * 9)
      const price = r.around(45, 40) + 20
      const discount = r.of([0, 0, 0.1, 0.2, 0.3])
      const revenue = quantity * price * (1 - discount)
      return [`R-${1000 + row}`, r.day('2021-01-01', 1095), r.of(['Online', 'Shop', 'Phone']), r.of(['New', 'Returning', 'Member']), r.of(LINES),
        r.of(['North', 'South', 'East', 'West']), r.of(CITIES), quantity, price.toFixed(2), discount, revenue.toFixed(2), (revenue * r.around(0.2, 0.3)).toFixed(2)]
    }, // biome-ignore format: a row
  },
  houses: {
    head: 'Neighbourhood,House_Style,Bedrooms,Bathrooms,Living_Area_sqft,Lot_Area,Year_Built,Overall_Quality,Sale_Price,Latitude,Longitude',
    rows: 500,
    make: (r) => {
      const area = Math.round(r.around(1500, 700))
      const bedrooms = 1 + Math.floor(r.next() * 5)
      return [r.of(HOODS), r.of(STYLES), bedrooms, 1 + Math.floor(r.next() * 3), area, Math.round(area * r.around(4, 1.5)), 1900 + Math.floor(r.next() * 120), 1 + Math.floor(r.next() * 10),
        Math.round(area * r.around(140, 40)), (51.4 + r.next() / 5).toFixed(4), (-0.3 + r.next() / 3).toFixed(4)]
    }, // biome-ignore format: a row
  },
}

/** Writes the tables below `root`, a folder each, and gives the folders by name. */
export function madeTables(root: string): Map<string, string> {
  return new Map(
    Object.entries(TABLES).map(([name, { head, rows, make }], seed) => {
      const folder = join(root, name)
      mkdirSync(folder, { recursive: true })
      const random = randomOf(17 * seed + 5)
      const lines = Array.from({ length: rows }, (_, row) => make(random, row).join(','))
      writeFileSync(join(folder, `${name}.csv`), `${[head, ...lines].join('\n')}\n`)
      return [name, folder]
    }),
  )
}
