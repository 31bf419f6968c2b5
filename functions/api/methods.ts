import type { OpenAPIHono } from '@hono/zod-openapi'

/** The methods a path is served with, none for a path nobody serves. */
export function methodsOf(app: OpenAPIHono, path: string): string[] {
  const served = app.routes.filter((route) => route.method !== 'ALL' && patternOf(route.path).test(path))
  // A path that is written out is that route, although a parameter would take it, too.
  const exact = served.filter((route) => !route.path.split('/').at(-1)?.startsWith(':'))
  return [...new Set((exact.length > 0 ? exact : served).map(({ method }) => method))].sort()
}

/** `/v1/answers/:id` as an expression; a part in braces is an expression already. */
function patternOf(route: string): RegExp {
  const parts = route.split('/').map((part) => {
    const [, rule = '[^/]+'] = /^:\w+(?:\{(.+)\})?$/.exec(part) ?? []
    return part.startsWith(':') ? rule : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  })
  return new RegExp(`^${parts.join('/')}$`)
}
