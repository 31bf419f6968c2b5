// Builds dist/: one JavaScript module for Node, Observable and browsers, and its types. Deno reads client.ts itself.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
mkdirSync(here('dist'), { recursive: true })
await build({
  entryPoints: [here('client.ts')],
  outfile: here('dist/client.js'),
  bundle: true,
  format: 'esm',
  target: 'es2022',
  logLevel: 'warning',
})
const compiler = createRequire(import.meta.url)
  .resolve('typescript/package.json')
  .replace('package.json', 'bin/tsc')
const options =
  '--ignoreConfig --lib es2023,dom,dom.asynciterable --declaration --emitDeclarationOnly --target es2023 --module nodenext --strict --skipLibCheck'
const only = '--allowImportingTsExtensions --rewriteRelativeImportExtensions --outDir'
execFileSync(process.execPath, [compiler, here('client.ts'), ...options.split(' '), ...only.split(' '), here('dist')], {
  stdio: 'inherit',
})
// Declarations name their neighbour as the source does; readers of dist/ have only dist/.
const declared = readFileSync(here('dist/client.d.ts'), 'utf8').replaceAll('./types.ts', './types.d.ts')
writeFileSync(here('dist/client.d.ts'), declared)
copyFileSync(here('types.ts'), here('dist/types.d.ts'))
