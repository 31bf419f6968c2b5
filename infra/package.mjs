// Builds the folder of each Lambda function below dist/lambda/: one bundle, the native libraries of one platform, its files.
// node infra/package.mjs [--arch x64|arm64] [--out dist/lambda] [--httpfs FILE] [api slack worker refresh]
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'

/** Lambda's limit on a function's folder: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LIMIT_BYTES = 250 * 1024 * 1024

/** DuckDB's extension that reads large Parquet where it lies, for functions that hold DuckDB; its place there is named in infra/storage.ts. */
const HTTPFS = 'httpfs.duckdb_extension'

const CHILDREN = {
  'catalog-child': 'src/catalog/child.ts',
  'chart-child': 'src/chart/child.ts',
  'database-child': 'src/database/child.ts',
  'draft-worker': 'src/draft/worker.ts',
}

/** What each function carries beside its bundle. */
export const FUNCTIONS = {
  api: {
    children: Object.keys(CHILDREN),
    natives: ['onnxruntime', 'duckdb', 'resvg', 'dialects'],
    files: ['model/weights', 'fonts', 'prompts', 'dist/web'],
  },
  worker: {
    children: Object.keys(CHILDREN),
    natives: ['onnxruntime', 'duckdb', 'resvg', 'dialects'],
    files: ['model/weights', 'fonts', 'prompts'],
  },
  refresh: { children: ['catalog-child'], natives: ['duckdb'], files: [] },
  slack: { children: [], natives: [], files: [] },
}

/** npm packages with native libraries: they stay outside the bundle, of each only what the platform runs. */
const NATIVES = {
  onnxruntime: (arch) => [
    { name: 'onnxruntime-node', keep: ['package.json', 'dist', `bin/napi-v6/linux/${arch}`] },
    { name: 'onnxruntime-common', keep: ['package.json', 'dist/cjs'] },
  ],
  duckdb: (arch) => [
    { name: '@duckdb/node-bindings', keep: ['package.json', 'duckdb.js'] },
    { name: `@duckdb/node-bindings-linux-${arch}`, like: '@duckdb/node-bindings' },
  ],
  dialects: () => [
    { name: '@polyglot-sql/sdk', keep: ['package.json', 'dist/index.node.js', 'dist/polyglot_sql.wasm'] },
  ],
  resvg: (arch) => [
    { name: '@resvg/resvg-js', keep: ['package.json', 'index.js', 'js-binding.js'] },
    { name: `@resvg/resvg-js-linux-${arch}-gnu`, like: '@resvg/resvg-js' },
  ],
}

/** Builds one function's folder for Linux on `arch`; gives its size in bytes, and throws above Lambda's limit. */
export async function packageFunction(name, { arch, out, httpfs }) {
  const { children, natives, files } = FUNCTIONS[name]
  const folder = join(out, name)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await bundle(name, children, folder)
  const { version } = JSON.parse(await readFile('package.json', 'utf8'))
  await writeFile(
    join(folder, 'package.json'),
    `${JSON.stringify({ name: `asklake-${name}`, version, type: 'module' })}\n`,
  )
  for (const native of natives.flatMap((kind) => NATIVES[kind](arch))) await copyNative(native, folder)
  for (const path of files) if (await holdsFiles(path)) await cp(path, join(folder, path), { recursive: true })
  if (arch === process.arch) await optimizeGraphs(folder)
  if (httpfs && natives.includes('duckdb')) await cp(httpfs, join(folder, HTTPFS))
  const bytes = await bytesBelow(folder)
  if (bytes > LIMIT_BYTES)
    throw new Error(`${name} takes ${megabytes(bytes)} unzipped; Lambda allows ${megabytes(LIMIT_BYTES)}`)
  return bytes
}

async function bundle(name, children, outdir) {
  const entries = [[name, `functions/lambda/${name}.ts`], ...children.map((child) => [child, CHILDREN[child]])]
  await build({
    entryPoints: Object.fromEntries(entries),
    outdir,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    // The AWS clients' ES modules: smaller, and a dynamic import of their CommonJS would give no named exports.
    mainFields: ['module', 'main'],
    minifySyntax: true,
    minifyWhitespace: true,
    // Packages with native libraries, and vega's optional drawing to a canvas. DuckDB's own 180 files of JavaScript are
    // bundled: to find and read each takes every query process a quarter of a second of processor time.
    external: ['onnxruntime-node', '@duckdb/node-bindings*', '@resvg/*', '@polyglot-sql/*', 'canvas'],
    // Bundled CommonJS packages call require, which an ES module has not.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    logLevel: 'warning',
    logOverride: { 'require-resolve-not-external': 'silent' },
  })
}

async function copyNative({ name, keep, like }, folder) {
  const source = join('node_modules', name)
  const target = join(folder, 'node_modules', name)
  if (keep === undefined && !existsSync(source)) return fetchPackage(name, like, target)
  for (const path of keep ?? (await readdir(source))) {
    await cp(join(source, path), join(target, path), { recursive: true, filter: isRun })
  }
}

/** Type declarations and source maps are for people. */
function isRun(path) {
  return !/\.(d\.[cm]?ts|map)$/.test(path)
}

/** A native library of another platform than this machine's, in the version of the package `like`, which npm checks. */
async function fetchPackage(name, like, target) {
  const { version } = JSON.parse(await readFile(join('node_modules', like, 'package.json'), 'utf8'))
  const place = await mkdtemp(join(tmpdir(), 'asklake-package-'))
  try {
    const packed = execFileSync('npm', [
      'pack',
      `${name}@${version}`,
      '--pack-destination',
      place,
      '--json',
      '--silent',
    ])
    const [{ filename }] = Object.values(JSON.parse(packed.toString()))
    await mkdir(target, { recursive: true })
    execFileSync('tar', ['xzf', join(place, filename), '-C', target, '--strip-components=1'])
  } finally {
    await rm(place, { recursive: true })
  }
}

/**
 * Rewrites the model's graphs as onnxruntime would at every cold start: a third of the time of loading them. Not for another
 * architecture than this machine's, as the rewriting may choose by it.
 */
async function optimizeGraphs(folder) {
  const graphs = (await readdir(folder, { recursive: true })).filter((path) => /^model\/.+\.onnx$/.test(path))
  if (graphs.length === 0) return
  process.env.ORT_DISABLE_TELEMETRY = '1'
  const { InferenceSession } = await import('onnxruntime-node')
  for (const graph of graphs) {
    const path = join(folder, graph)
    const made = `${path}.made`
    const session = await InferenceSession.create(path, {
      graphOptimizationLevel: 'extended',
      optimizedModelFilePath: made,
    })
    await session.release()
    await rename(made, path)
  }
}

async function holdsFiles(path) {
  if (path === 'dist/web' && !existsSync(path)) throw new Error('dist/web is missing: run node build.mjs first')
  return existsSync(path) && (await readdir(path)).length > 0
}

async function bytesBelow(folder) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  const sizes = await Promise.all(
    entries.filter((entry) => entry.isFile()).map((entry) => stat(join(entry.parentPath, entry.name))),
  )
  return sizes.reduce((sum, { size }) => sum + size, 0)
}

function megabytes(bytes) {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}

if (process.argv[1] === import.meta.filename) {
  process.chdir(dirname(import.meta.dirname))
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      arch: { type: 'string', default: 'x64' },
      out: { type: 'string', default: 'dist/lambda' },
      httpfs: { type: 'string' },
    },
  })
  if (values.arch !== 'arm64' && values.arch !== 'x64') throw new Error(`--arch ${values.arch}: arm64 or x64`)
  for (const name of positionals.length > 0 ? positionals : Object.keys(FUNCTIONS)) {
    const bytes = await packageFunction(name, values)
    process.stdout.write(`${name.padEnd(8)} linux-${values.arch} ${megabytes(bytes).padStart(9)} unzipped\n`)
  }
}
