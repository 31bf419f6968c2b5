import { parseArgs } from 'node:util'
import { createAppUrl, slackManifest } from '../slack/manifest.ts'
import { fail } from './fail.ts'

const USAGE = 'asklake slack manifest --url https://where.asklake.answers [--link]\n'

/** `asklake slack manifest`: the app manifest for Slack, or with `--link` the address that opens Slack's page with it filled in. */
export async function runSlack(args: string[]): Promise<number> {
  try {
    const options = { url: { type: 'string' }, link: { type: 'boolean' } } as const
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
    if (positionals[0] !== 'manifest' || values.url === undefined || !/^https:\/\/./.test(values.url)) {
      process.stderr.write(USAGE)
      return 2
    }
    const shown = values.link ? createAppUrl(values.url) : JSON.stringify(slackManifest(values.url), null, 2)
    process.stdout.write(`${shown}\n`)
    return 0
  } catch (thrown) {
    return fail(thrown)
  }
}
