import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { packageRoot } from '../root.ts'

/** The pages and their files, all our own: path, file below dist/web, media type. */
const PAGES = [
  { path: '/', file: 'index.html', type: 'text/html; charset=utf-8' },
  { path: '/docs', file: 'docs.html', type: 'text/html; charset=utf-8' },
  { path: '/assets/page.js', file: 'page.js', type: 'text/javascript; charset=utf-8' },
  { path: '/assets/docs.js', file: 'docs.js', type: 'text/javascript; charset=utf-8' },
  { path: '/assets/page.css', file: 'page.css', type: 'text/css; charset=utf-8' },
  { path: '/favicon.svg', file: 'favicon.svg', type: 'image/svg+xml' },
] as const

/** Serves the console page and the API reference. */
export function addPages(app: OpenAPIHono): void {
  for (const { path, file, type } of PAGES) {
    const full = join(packageRoot(), 'dist', 'web', file)
    if (!existsSync(full)) continue
    app.get(path, (context) =>
      context.body(readFileSync(full), 200, { 'content-type': type, 'cache-control': 'no-cache' }),
    )
  }
}
