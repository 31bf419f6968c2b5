// Bundles the product into dist/: one file per entry point with npm packages left outside, and the pages' scripts, charts apart, with compressed copies.
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build } from 'esbuild'

await build({
  entryPoints: {
    cli: 'functions/cli.ts',
    'catalog-child': 'src/catalog/child.ts',
    'chart-child': 'src/chart/child.ts',
    'database-child': 'src/database/child.ts',
    'draft-worker': 'src/draft/worker.ts',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  logLevel: 'warning',
})
await rm('dist/web', { recursive: true, force: true })
await build({
  entryPoints: { page: 'web/page.ts', docs: 'web/docs.ts', embed: 'web/embed.ts' },
  outdir: 'dist/web',
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  logLevel: 'warning',
})
await build({
  entryPoints: { panel: 'web/panel.ts', page: 'web/page.css' },
  outdir: 'dist/web',
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  logLevel: 'warning',
})
for (const file of ['index.html', 'docs.html', 'embed.html', 'favicon.svg']) await cp(`web/${file}`, `dist/web/${file}`)
for (const file of await readdir('dist/web')) {
  const bytes = await readFile(`dist/web/${file}`)
  if (bytes.length < 1500) continue
  await writeFile(`dist/web/${file}.gz`, gzipSync(bytes, { level: 9 }))
  await writeFile(`dist/web/${file}.br`, brotliCompressSync(bytes))
}
