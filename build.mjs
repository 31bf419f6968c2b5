// Bundles the product into dist/: one file per entry point with npm packages left outside, and the pages' scripts whole.
import { cp, mkdir } from 'node:fs/promises'
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
await build({
  entryPoints: { page: 'web/page.ts', docs: 'web/docs.ts' },
  outdir: 'dist/web',
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  logLevel: 'warning',
})
await mkdir('dist/web', { recursive: true })
for (const file of ['index.html', 'docs.html', 'page.css', 'favicon.svg']) await cp(`web/${file}`, `dist/web/${file}`)
