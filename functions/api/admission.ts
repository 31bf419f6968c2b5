import type { HttpBindings } from '@hono/node-server'
import type { Context, MiddlewareHandler } from 'hono'
import { type Asker, EVERYONE, NOBODY } from '../../src/asker.ts'
import { Refusal } from '../../src/refusal.ts'
import type { Settings } from '../../src/settings.ts'
import { openStrangers } from '../access/strangers.ts'
import type { Deployment } from '../effects.ts'
import { actAs, askerOf, seeing } from './seen.ts'
import { whenMade } from './sent.ts'

/** Paths that need no key, and why. Everything else does. */
const OPEN: { path: RegExp; why: string }[] = [
  { path: /^\/($|docs$|a\/|assets\/|favicon\.svg$)/, why: 'Pages hold no data; their scripts ask for a key.' },
  { path: /^\/openapi\.json$/, why: 'The contract is public.' },
  { path: /^\/(healthz|readyz)$/, why: 'Load balancers have no key.' },
  { path: /^\/slack\/events$/, why: 'Slack signs its requests; who asks is told by setting `slack_rights`.' },
  { path: /^\/slack\/manifest\.json$/, why: 'The manifest is public, and needed before there is an app.' },
  { path: /^\/embed(\/|$)/, why: 'A signed link names its asker.' },
]

const UNCOUNTED = /^\/($|docs$|a\/|assets\/|favicon\.svg$|openapi\.json$|healthz$|readyz$|metrics$)/

/** Whether a path never waits behind questions. */
export function isUncounted(path: string): boolean {
  return UNCOUNTED.test(path)
}

/** Who a request is answered as before its key has been looked at. */
export function beginning(deployment: Deployment): MiddlewareHandler {
  return seeing(deployment, deployment.keyring === null ? EVERYONE : NOBODY)
}

/** Finds out who asks: by key where keys are set, else only askers on this machine (or any, where setting `allow_anonymous` says so). */
export function admission(deployment: Deployment): MiddlewareHandler {
  const { settings, clock } = deployment.effects
  const strange = openStrangers(settings, clock.milliseconds)
  return async (context, next) => {
    if (!OPEN.some(({ path }) => path.test(context.req.path))) {
      actAs(context, await whoAsks(context, deployment, { settings, strange }), deployment)
    }
    await next()
  }
}

async function whoAsks(
  context: Context,
  { keyring }: Deployment,
  { settings, strange }: { settings: Settings; strange: ReturnType<typeof openStrangers> },
): Promise<Asker> {
  if (keyring === null) {
    if (settings.allow_anonymous || isLocal(new URL(context.req.url).hostname)) return EVERYONE
    throw new Refusal('key-required', 'No keys are set, so only this machine itself is answered.', {
      hint: 'Set ASKLAKE_KEYS and add keys with `asklake keys add`.',
    })
  }
  const presented = /^bearer +(\S+) *$/i.exec(context.req.header('authorization') ?? '')?.[1]
  if (presented === undefined) throw new Refusal('key-required', 'This needs a key.')
  const asker = await keyring.asker(presented)
  if (asker === undefined) throw strange(addressOf(context))
  return asker
}

/** Where a request comes from; undefined where the server does not see the connection, as on Lambda. */
function addressOf(context: Context): string | undefined {
  const { incoming } = (context.env ?? {}) as Partial<HttpBindings>
  return incoming?.socket?.remoteAddress
}

/** Whether an address or name is this machine's own. A page elsewhere whose name was made to lead here (DNS rebinding) still says its own name. */
export function isLocal(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host)
}

/** Lets a request in or refuses it before anything is read; its place is free again when the last byte has been sent. */
export function counting(deployment: Deployment): MiddlewareHandler {
  return async (context, next) => {
    if (isUncounted(context.req.path)) return next()
    const leave = deployment.limits.enter(askerOf(context))
    try {
      await next()
    } catch (thrown) {
      leave()
      throw thrown
    }
    await whenMade(context, leave)
  }
}
