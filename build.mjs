// Bundles the product into dist/: one file per entry point, npm packages stay outside.
import { build } from 'esbuild'

await build({
  entryPoints: {
    cli: 'functions/cli.ts',
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
