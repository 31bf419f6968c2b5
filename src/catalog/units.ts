import { nameWords } from './names.ts'

/** Last words of a column's name → the unit they tell. Only words that mean nothing else. */
const UNITS: Record<string, string> = {
  kg: 'kg', kgs: 'kg', kilogram: 'kg', kilograms: 'kg', lb: 'lb', lbs: 'lb', pounds: 'lb', oz: 'oz', ton: 't', tons: 't', tonnes: 't',
  km: 'km', kilometers: 'km', kilometres: 'km', cm: 'cm', mm: 'mm', meters: 'm', metres: 'm', miles: 'mi', mi: 'mi', ft: 'ft', feet: 'ft', inches: 'in',
  ms: 'ms', milliseconds: 'ms', sec: 's', secs: 's', seconds: 's', mins: 'min', minutes: 'min', hrs: 'h', hours: 'h', days: 'days', weeks: 'weeks', months: 'months', years: 'years',
  usd: 'USD', eur: 'EUR', gbp: 'GBP', jpy: 'JPY', cny: 'CNY', rmb: 'CNY', inr: 'INR', chf: 'CHF', dollars: 'USD', euros: 'EUR',
  percent: '%', percentage: '%', pct: '%', '%': '%',
  kb: 'kB', mb: 'MB', gb: 'GB', tb: 'TB', bytes: 'B',
  kw: 'kW', kwh: 'kWh', mw: 'MW', mwh: 'MWh', gwh: 'GWh', hp: 'hp', mph: 'mph', kmh: 'km/h', mpg: 'mpg', rpm: 'rpm',
  celsius: '°C', fahrenheit: '°F', ml: 'ml', liters: 'l', litres: 'l', gallons: 'gal', sqm: 'm²', sqft: 'ft²', ppm: 'ppm', hpa: 'hPa', mmhg: 'mmHg',
} // biome-ignore format: a table

/** Unit told by a column's name: what stands in brackets at the end, else its last word ("weight_kg" → "kg"). */
export function unitOfName(name: string): string | undefined {
  const bracket = /[([]\s*([^()[\]]{1,12})\s*[)\]]\s*$/.exec(name)?.[1]
  if (bracket !== undefined)
    return UNITS[bracket.toLowerCase()] ?? (/^[a-zµ°%$€£/²³·]{1,6}$/i.test(bracket) ? bracket : undefined)
  const words = nameWords(name)
  if (words[0] === '%') return '%'
  return words.length > 1 ? UNITS[words.at(-1) as string] : undefined
}
