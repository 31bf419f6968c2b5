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

const MAKERS = ['arvo', 'belmont', 'corsa', 'dart', 'esprit', 'fargo', 'galant']
const GENRES = ['Action', 'Comedy', 'Drama', 'Horror', 'Adventure', 'Thriller/Suspense', 'Romantic Comedy']
const SPECIES: [string, number, number, number, number][] = [['Adelie', 38.8, 18.3, 190, 3700], ['Chinstrap', 48.8, 18.4, 196, 3730], ['Gentoo', 47.5, 15, 217, 5080]] // biome-ignore format: a list
const GOODS: [string, string[]][] = [['Furniture', ['Chairs', 'Tables', 'Bookcases']], ['Office Supplies', ['Paper', 'Binders', 'Storage', 'Labels']], ['Technology', ['Phones', 'Copiers', 'Accessories']]] // biome-ignore format: a list
const STATES: [string, string][] = [['California', 'West'], ['Washington', 'West'], ['Texas', 'Central'], ['Illinois', 'Central'], ['New York', 'East'], ['Ohio', 'East'], ['Florida', 'South'], ['Georgia', 'South']] // biome-ignore format: a list
const TEAMS: [string, string[]][] = [['Engineering', ['Developer', 'Tester']], ['Sales', ['Account Manager', 'Sales Rep']], ['Finance', ['Accountant', 'Analyst']], ['Support', ['Agent', 'Team Lead']]] // biome-ignore format: a list

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
  cars: {
    head: 'Model,MPG,Cylinders,Displacement,Horsepower,Weight,Acceleration,Year,Origin',
    rows: 390,
    make: (r, row) => {
      const cylinders = r.of([4, 4, 4, 6, 6, 8, 8, 3, 5])
      const weight = Math.round(1000 + cylinders * 350 + r.around(0, 400))
      return [`${r.of(MAKERS)} ${row}`, (60 - weight / 105 + r.around(0, 4)).toFixed(1), cylinders, Math.round(cylinders * 38 + r.around(0, 30)), Math.round(cylinders * 18 + r.around(10, 20)), weight,
        r.around(15.5, 4).toFixed(1), 1970 + Math.floor(r.next() * 13), r.of(['USA', 'USA', 'Europe', 'Japan'])]
    }, // biome-ignore format: a row
  },
  movies: {
    head: 'Title,Worldwide Gross,Production Budget,Release Year,Content Rating,Running Time,Major Genre,Creative Type,Rotten Tomatoes Rating,IMDB Rating',
    rows: 700,
    make: (r, row) => {
      const budget = Math.round((r.next() ** 2 * 180 + 1) * 1e6)
      return [`Film ${row + 1}`, Math.round(budget * (r.next() * 5)), budget, 1995 + Math.floor(r.next() * 16), r.of(['G', 'PG', 'PG-13', 'R', 'NC-17']), Math.round(r.around(108, 30)), r.of(GENRES),
        r.of(['Contemporary Fiction', 'Science Fiction', 'Fantasy', 'Historical Fiction', 'Kids Fiction']), Math.round(r.next() * 98 + 1), r.around(6.4, 2).toFixed(1)]
    }, // biome-ignore format: a row
  },
  penguins: {
    head: 'species,island,bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g,sex,year',
    rows: 340,
    make: (r) => {
      const [species, bill, depth, flipper, mass] = r.of(SPECIES)
      return [species, r.of(['Biscoe', 'Dream', 'Torgersen']), (bill + r.around(0, 4)).toFixed(1), (depth + r.around(0, 1.5)).toFixed(1), Math.round(flipper + r.around(0, 8)),
        Math.round((mass + r.around(0, 600)) / 25) * 25, r.of(['male', 'female']), r.of([2007, 2008, 2009])]
    }, // biome-ignore format: a row
  },
  superstore: {
    head: 'Row ID,Order ID,Order Date,Ship Date,Ship Mode,Customer Name,Segment,State,Region,Category,Sub-Category,Product Name,Sales,Quantity,Discount,Profit',
    rows: 1200,
    make: (r, row) => {
      const [state, region] = r.of(STATES)
      const [category, subs] = r.of(GOODS)
      const ordered = r.day('2014-01-01', 1460)
      const shipped = new Date(Date.parse(ordered) + Math.floor(r.next() * 7) * 86_400_000).toISOString().slice(0, 10)
      const sales = r.next() ** 3 * 2000 + 5
      return [row + 1, `CA-${2000 + Math.floor(row / 2)}`, ordered, shipped, r.of(['First Class', 'Second Class', 'Same Day', 'Standard Class']), `Customer ${Math.floor(r.next() * 200)}`, r.of(['Consumer', 'Corporate', 'Home Office']),
        state, region, category, r.of(subs), `Item ${Math.floor(r.next() * 300)}`, sales.toFixed(2), 1 + Math.floor(r.next() * 9), r.of([0, 0, 0.2, 0.4]), (sales * r.around(0.1, 0.4)).toFixed(2)]
    }, // biome-ignore format: a row
  },
  climate: {
    head: 'date,city,precipitation,temp_max,temp_min,wind,weather',
    rows: 1400,
    make: (r, row) => {
      const day = new Date(Date.parse('2012-01-01') + Math.floor(row / 2) * 86_400_000)
      const high = 14 - 9 * Math.cos((day.getUTCMonth() / 6) * Math.PI) + r.around(0, 5)
      return [day.toISOString().slice(0, 10), row % 2 === 0 ? 'Seattle' : 'New York', r.next() < 0.5 ? 0 : (r.next() ** 2 * 30).toFixed(1), high.toFixed(1), (high - 4 - r.next() * 8).toFixed(1), r.around(3.2, 2).toFixed(1),
        r.of(['sun', 'rain', 'fog', 'drizzle', 'snow'])]
    }, // biome-ignore format: a row
  },
  staff: {
    head: 'employee_id,department,job_title,gender,age,salary,hire_date,performance_score,years_at_company,remote,office',
    rows: 420,
    make: (r, row) => {
      const [team, jobs] = r.of(TEAMS)
      const years = Math.floor(r.next() * 15)
      return [5000 + row, team, r.of(jobs), r.of(['Female', 'Male', 'Other']), Math.round(r.around(39, 12)), Math.round(r.around(62000, 24000) / 100) * 100, r.day('2009-01-01', 5400), 1 + Math.floor(r.next() * 5), years, r.of(['yes', 'no']), r.of(['Lisbon', 'Oslo', 'Denver'])]
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
