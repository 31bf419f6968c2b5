import { asking } from './model.ts'
import { answering, packaged } from './runtime.ts'
import { password } from './secrets.ts'
import { stage } from './stage.ts'
import { reading } from './storage.ts'

/** One password for a team, asked by the browser; whoever needs single users puts their own sign-on before the router. */
const askPassword = $interpolate`
const given = event.request.headers.authorization && event.request.headers.authorization.value;
if (given !== "Basic ${password.value.apply((value) => Buffer.from(`asklake:${value}`).toString('base64'))}") {
  return { statusCode: 401, statusDescription: "Unauthorized", headers: { "www-authenticate": { value: "Basic realm=\\"asklake\\", charset=\\"UTF-8\\"" } } };
}
delete event.request.headers.authorization;`

/** CloudFront before the function URL, which answers no one else. */
const router = new sst.aws.Router('Router', {
  protection: 'oac-with-edge-signing',
  // No rules against SQL in requests: a person's SQL is a request of ours, checked by src/check.ts.
  waf: { rateLimitPerIp: 500, managedRules: { coreRuleSet: true, knownBadInputs: true, sqlInjection: false } },
  edge: { viewerRequest: { injection: askPassword } },
})

/** The HTTP API and its page. A question takes well under a second; a first one of a large dataset reads its files. */
export const api = new sst.aws.Function('Api', {
  ...packaged('api'),
  ...answering(reading, asking),
  memory: stage.memory,
  storage: stage.disk,
  timeout: '60 seconds',
  streaming: true,
  concurrency: { reserved: stage.concurrency },
  url: { router: { instance: router, readTimeout: '60 seconds' }, cors: false },
})

export const url = router.url
