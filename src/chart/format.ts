/** Currencies that d3's default locale can put before a number. */
const DOLLARS = new Set(['usd', '$', 'us$'])

/**
 * d3 formats for a column of numbers by its magnitude: whole numbers without decimals, rates from 0 to 1 as percent,
 * `percent` tells that they are times 100 already; dollars with their sign; any other unit is named in the title (`unitInTitle`).
 */
export function numberFormat(
  values: (number | null)[],
  { rate, percent, unit }: { rate: boolean; percent: boolean; unit?: string },
): { number: string; unitInTitle?: string } {
  const sizes = values.filter((value) => value !== null).map(Math.abs)
  const largest = Math.max(0, ...sizes.slice(0, 10000))
  if (rate && percent) return { number: ',.1f', unitInTitle: '%' }
  if (rate && largest <= 1.5) return { number: largest < 0.01 ? '.2%' : '.1%' }
  const whole = sizes.every(Number.isInteger)
  const decimals = whole || largest >= 10000 ? 0 : largest >= 100 ? 1 : largest >= 0.1 ? 2 : 4
  const dollars = unit !== undefined && DOLLARS.has(unit.toLowerCase())
  const number = `${dollars ? '$' : ''},.${dollars && decimals > 0 ? 2 : decimals}f`
  return unit === undefined || dollars ? { number } : { number, unitInTitle: unit }
}

/** What an axis needs beside the default: percent and dollars as in the column, large numbers short ("1.5M", "2B"). */
export function axisFormat(
  values: (string | number | null)[],
  format: string,
): { format?: string; labelExpr?: string } {
  if (format.includes('%')) return { format: '.0~%' }
  const largest = Math.max(0, ...values.slice(0, 10000).map((value) => Math.abs(Number(value ?? 0))))
  const sign = format.startsWith('$') ? '$' : ''
  if (largest < 10000) return sign === '' ? {} : { format: '$,~f' }
  return { labelExpr: `replace(format(datum.value, '${sign}~s'), 'G', 'B')` }
}
