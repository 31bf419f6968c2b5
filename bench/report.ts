import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'

/** The middle value; 0 of none. */
export function median(values: number[]): number {
  return quantile(values, 0.5)
}

/** The value below which the share `q` (0 to 1) of the values lies. */
export function quantile(values: number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0
}

/** Prints a bench's one JSON line with date, commit and machine, ready for RESULTS.md. */
export function report(bench: string, result: object): void {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`
  const line = { bench, date: new Date().toISOString().slice(0, 10), commit, machine, ...result }
  process.stdout.write(
    `${JSON.stringify(line, (_key, value) => (typeof value === 'number' ? Math.round(value * 1000) / 1000 : value))}\n`,
  )
}
