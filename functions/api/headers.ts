import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import { secureHeaders } from 'hono/secure-headers'
import type { Settings } from '../../src/settings.ts'

/** No script, style, image or connection but our own; Vega's interpreter needs no eval, its SVG needs inline styles. */
const CONTENT_SECURITY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:', 'blob:'],
  connectSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
}

/** Security headers for every response, refusals too. Only `/embed` may be shown in other pages' frames, by the origins of setting `frame_ancestors`. */
export function security(settings: Pick<Settings, 'frame_ancestors'>): MiddlewareHandler {
  const ancestors = originsOf(settings.frame_ancestors, 'frame_ancestors')
  const own = secureHeaders({ contentSecurityPolicy: { ...CONTENT_SECURITY, frameAncestors: ["'self'"] } })
  const embedded = secureHeaders({
    contentSecurityPolicy: { ...CONTENT_SECURITY, frameAncestors: ["'self'", ...ancestors] },
    xFrameOptions: ancestors.length === 0,
    crossOriginResourcePolicy: 'cross-origin',
  })
  return async (context, next) => {
    const embeds = /^\/embed(\/|$)/.test(context.req.path)
    await (embeds ? embedded : own)(context, next)
    if (!context.res.headers.has('cache-control')) context.res.headers.set('Cache-Control', 'no-store')
    context.res.headers.append('Vary', 'Authorization')
  }
}

/** Lets scripts of the origins of setting `cors_origins` call the API: with a key, never with cookies. */
export function sharing(settings: Pick<Settings, 'cors_origins'>): MiddlewareHandler {
  const origins = originsOf(settings.cors_origins, 'cors_origins')
  if (origins.length === 0) return (_context, next) => next()
  return cors({
    origin: origins,
    allowMethods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
    allowHeaders: ['Authorization', 'Content-Type', 'If-None-Match', 'Prefer', 'Range', 'X-Request-Id', 'traceparent'],
    exposeHeaders: ['X-Request-Id', 'Server-Timing', 'Retry-After', 'Content-Disposition', 'Content-Location', 'Accept-Ranges', 'Content-Range', 'ETag', 'Location', 'Preference-Applied'], // biome-ignore format: a list
    maxAge: 600,
  })
}

/** Blank-separated origins, exact ones only: no star, no path, nothing that could end the header. */
function originsOf(text: string, setting: string): string[] {
  const origins = text.split(/\s+/).filter(Boolean)
  const bad = origins.find((origin) => !/^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/i.test(origin))
  if (bad === undefined) return origins
  throw new Error(`Bad settings:\n${setting}: "${bad}" is no origin such as https://bi.example.com`)
}
