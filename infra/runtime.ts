import { stage } from './stage.ts'

/** How every function runs; its folder is built by infra/package.mjs. */
export function packaged(name: 'api' | 'slack' | 'worker' | 'refresh') {
  return {
    bundle: `dist/lambda/${name}`,
    handler: `${name}.handler`,
    runtime: 'nodejs22.x' as const,
    // arm64 costs a fifth less, but DuckDB's library of our version is not on npm for it.
    architecture: 'x86_64' as const,
    // SST lets the account's root assume the role besides; only Lambda needs to.
    transform: {
      role: (args: { assumeRolePolicy: unknown }) => {
        args.assumeRolePolicy = LAMBDA_ALONE
      },
    },
    logging: { retention: stage.logs, format: 'json' as const },
  }
}

const LAMBDA_ALONE = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
})
