import { athena } from './athena.ts'
import { asking } from './model.ts'
import { answering, packaged } from './runtime.ts'
import { stage } from './stage.ts'
import { reading } from './storage.ts'

/** CloudFront signs its requests to the function in the header that carries an asker's key: the key travels in another one. */
const moveKey = `
if (event.request.headers.authorization) {
  event.request.headers["x-asklake-authorization"] = event.request.headers.authorization;
  delete event.request.headers.authorization;
}`

/** CloudFront before the function URL, which answers no one else. */
const router = new sst.aws.Router('Router', {
  protection: 'oac-with-edge-signing',
  // No rules against SQL in requests: a person's SQL is a request of ours, checked by src/check.ts.
  waf: { rateLimitPerIp: 500, managedRules: { coreRuleSet: true, knownBadInputs: true, sqlInjection: false } },
  edge: { viewerRequest: { injection: moveKey } },
})

/** The HTTP API and its page. A question takes well under a second; a first one of a large dataset reads its files. */
export const api = new sst.aws.Function('Api', {
  ...packaged('api'),
  ...answering(reading, asking, athena),
  memory: stage.memory,
  storage: stage.disk,
  timeout: '60 seconds',
  streaming: true,
  concurrency: { reserved: stage.concurrency },
  url: { router: { instance: router, readTimeout: '60 seconds' }, cors: false },
})

export const url = router.url
