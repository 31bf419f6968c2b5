import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { REFUSALS } from '../src/refusal.ts'
import { SETTINGS } from '../src/settings.ts'
import { chartsPage, findingsPage } from './chart-pages.ts'

/** The pages that are tables of the code, by file name: written by `npm run docs`, held equal by a test. */
export function tablePages(): Record<string, string> {
  return {
    'settings.md': settingsPage(),
    'refusals.md': refusalsPage(),
    'charts.md': chartsPage(),
    'findings.md': findingsPage(),
  }
}

function settingsPage(): string {
  const rows = Object.entries(SETTINGS).map(
    ([name, { default: value, why }]) =>
      `| \`${name}\` | \`ASKLAKE_${name.toUpperCase()}\` | \`${value === '' ? '(empty)' : value}\` | ${why} |`,
  )
  return `# Settings

Each is read from its environment variable when the program starts (\`PORT\` also sets \`port\`); every bad value is printed at once.
A name ends in its unit: \`_ms\`, \`_mb\`, \`_bytes\`.

| Setting | Variable | Default | Why |
|-|-|-|-|
${rows.join('\n')}
`
}

function refusalsPage(): string {
  const rows = Object.entries(REFUSALS).map(
    ([code, { status, kind, hint }]) => `| \`${code}\` | ${status} | ${kind} | ${hint} |`,
  )
  return `# Refusals

Every expected "no" has a code. Over HTTP it is an RFC 9457 \`application/problem+json\` body with \`detail\` (what was wrong),
\`code\`, \`hint\` (what to do) and, for a question the data cannot answer, \`suggestions\` (questions that can be asked). The command
line prints the same and exits with 1. Anything else is a bug and is answered as \`internal\` (500) with a number to look up.

| Code | Status | Whose | Hint |
|-|-|-|-|
${rows.join('\n')}
`
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const [name, text] of Object.entries(tablePages())) writeFileSync(join(import.meta.dirname, name), text)
}
