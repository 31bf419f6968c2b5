// Fetches DuckDB's httpfs extension for the very version of DuckDB (a wheel of the Python registry holds it, signed) and runs
// the tests of this folder with it. Left out, with the reason, where it is not to be had.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { version } from '@duckdb/node-api'

const folder = resolve('.cache/httpfs')
const own = version().replace(/^v/, '')
const extension = join(folder, `duckdb_extension_httpfs/extensions/v${own}/httpfs.duckdb_extension`)
mkdirSync(folder, { recursive: true })

function python(...args) {
  const { status, stdout, stderr, error } = spawnSync('python3', args, { encoding: 'utf8', cwd: folder })
  if (status === 0) return
  console.log(`left out: ${error?.message ?? `${stdout}${stderr}`.trim().slice(-300)}`)
  process.exit(0)
}

if (!existsSync(extension)) {
  python('-m', 'pip', 'download', '-q', '--no-deps', '-d', folder, `duckdb-extension-httpfs==${own}`)
  python(
    '-m',
    'zipfile',
    '-e',
    readdirSync(folder).find((name) => name.includes(`-${own}-`)),
    folder,
  )
}
const env = { ...process.env, HTTPFS_TEST_EXTENSION: extension }
process.exit(spawnSync(process.execPath, ['test/run.mjs', 'test/httpfs'], { env, stdio: 'inherit' }).status ?? 1)
