// Dollars per 1,000 questions by tier: node docs/cost.mjs. The sums of docs/cost.md.

/** AWS list prices, us-east-1, USD, as known in November 2026 from aws.amazon.com/lambda/pricing, /s3/pricing, /ec2/pricing, /cloudfront/pricing, /sqs/pricing: look again before you budget. */
const PRICE = {
  lambda_gb_s: { x86_64: 0.0000166667, arm64: 0.0000133334 },
  lambda_request: 0.2 / 1e6,
  s3_put: 0.005 / 1e3,
  s3_get: 0.0004 / 1e3,
  cloudfront_request: 1 / 1e6,
  sqs_request: 0.4 / 1e6,
  gpu_hour: 0.805, // g6.xlarge on demand: one L4
  nat_hour: 2 * 0.0042, // two t4g.nano
  athena_tb: 5,
}

const MEMORY_GB = 4

/** Milliseconds of a warm answer (bench/RESULTS.md: drafts 34 ms, a recalled plan a few) with S3 and the reply; bounds rather than means. */
const ANSWER_MS = { recalled: 150, drafted: 400 }
const COLD_MS = 1800
const COLD_SHARE = 0.02

function lambda(ms, architecture) {
  const billed = ms * (1 - COLD_SHARE) + (ms + COLD_MS) * COLD_SHARE
  const calls = PRICE.lambda_request + PRICE.cloudfront_request + 4 * PRICE.s3_put + 8 * PRICE.s3_get
  return 1000 * ((billed / 1000) * MEMORY_GB * PRICE.lambda_gb_s[architecture] + calls)
}

/** A server that answers `perHour` questions an hour, paid whether or not they come. */
const gpu = (perHour) => ((PRICE.gpu_hour + PRICE.nat_hour) / perHour) * 1000

const ROWS = [
  ['recalled plan, x86_64', lambda(ANSWER_MS.recalled, 'x86_64')],
  ['recalled plan, arm64', lambda(ANSWER_MS.recalled, 'arm64')],
  ['embedded model, x86_64', lambda(ANSWER_MS.drafted, 'x86_64')],
  ['embedded model, arm64', lambda(ANSWER_MS.drafted, 'arm64')],
  ['large model, 100 questions an hour', lambda(ANSWER_MS.drafted + 2000, 'x86_64') + gpu(100)],
  ['large model, 2,400 questions an hour', lambda(ANSWER_MS.drafted + 2000, 'x86_64') + gpu(2400)],
  ['Athena, 1 GB scanned a question', lambda(ANSWER_MS.drafted + 3000, 'x86_64') + PRICE.athena_tb],
]
for (const [tier, dollars] of ROWS) console.log(`| ${tier} | ${dollars.toFixed(2)} |`)
