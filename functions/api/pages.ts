import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { packageRoot } from '../root.ts'
import { isKnown, tagOf } from './tag.ts'

/** Our own pages: path, file below dist/web. */
const PAGES = [
  { path: '/', file: 'index.html' },
  { path: '/a/:id', file: 'index.html' },
  { path: '/docs', file: 'docs.html' },
  { path: '/embed', file: 'embed.html' },
  { path: '/embed/panel.js', file: 'panel.js' },
  { path: '/favicon.svg', file: 'favicon.svg' },
] as const

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

interface Asset {
  type: string
  tag: string
  /** The file as it is, and brotli and gzip where the build has made them. */
  bodies: { encoding: string; path: string }[]
  /** A name that holds a hash of the content never means anything else. */
  lasting: boolean
}

/** Serves the console page, the reference, the embedded page and their files, compressed where the browser can. */
export function addPages(app: OpenAPIHono): void {
  const folder = join(packageRoot(), 'dist', 'web')
  if (!existsSync(folder)) return
  const names = readdirSync(folder)
  const assets = new Map(names.flatMap((name) => assetOf(name, names, folder)))
  for (const { path, file } of PAGES) {
    const asset = assets.get(file)
    if (asset) app.get(path, (context) => sendAsset(context, asset))
  }
  app.get('/assets/:name', (context, next) => {
    const asset = assets.get(context.req.param('name'))
    return asset === undefined ? next() : Promise.resolve(sendAsset(context, asset))
  })
}

function assetOf(name: string, names: string[], folder: string): [string, Asset][] {
  const type = TYPES[extname(name)]
  if (type === undefined) return []
  const path = join(folder, name)
  const bodies = [
    { encoding: 'br', path: `${path}.br`, known: names.includes(`${name}.br`) },
    { encoding: 'gzip', path: `${path}.gz`, known: names.includes(`${name}.gz`) },
    { encoding: '', path, known: true },
  ].filter(({ known }) => known)
  const lasting = /-[A-Z0-9]{8}\.js$/.test(name)
  return [[name, { type, bodies, lasting, tag: tagOf(readFileSync(path, 'utf8')) }]]
}

/** Scripts and styles may be read by pages elsewhere: they hold nothing, and a panel is loaded by the page around it. */
function sendAsset(context: Context, { type, tag, bodies, lasting }: Asset): Response {
  context.header('ETag', tag)
  context.header('Vary', 'Accept-Encoding', { append: true })
  context.header('Cache-Control', lasting ? 'public, max-age=31536000, immutable' : 'public, no-cache')
  if (type.startsWith('text/javascript')) context.header('Access-Control-Allow-Origin', '*')
  if (isKnown(context, tag)) return context.body(null, 304)
  const accepted = (context.req.header('accept-encoding') ?? '').split(',').map((part) => part.split(';')[0]?.trim())
  const chosen = bodies.find(({ encoding }) => encoding === '' || accepted.includes(encoding))
  if (chosen === undefined) return context.notFound() as Response
  if (chosen.encoding !== '') context.header('Content-Encoding', chosen.encoding)
  return context.body(readFileSync(chosen.path), 200, { 'content-type': type })
}
