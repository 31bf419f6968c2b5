import { stage } from './stage.ts'

/** How every function runs; its folder is built by infra/package.mjs. */
export function packaged(name: 'api' | 'slack' | 'worker' | 'refresh') {
  return {
    bundle: `dist/lambda/${name}`,
    handler: `${name}.handler`,
    runtime: 'nodejs22.x' as const,
    architecture: stage.architecture,
    // SST lets the account's root assume the role besides; only Lambda needs to.
    transform: {
      role: (args: aws.iam.RoleArgs): undefined => {
        args.assumeRolePolicy = LAMBDA_ALONE
      },
    },
    logging: { retention: stage.logs, format: 'json' as const },
  }
}

interface Rights {
  environment: Record<string, $util.Input<string>>
  permissions: { actions: string[]; resources: $util.Input<string>[] }[]
}

/** What a function that answers needs: the data, the state, and the large model and the engine where there is one. */
export function answering<Model extends Rights>(reading: Rights, model: Model, engine: Rights) {
  const { environment, permissions, ...rest } = model
  return {
    ...rest,
    environment: { ...reading.environment, ...environment, ...engine.environment },
    permissions: [...reading.permissions, ...permissions, ...engine.permissions],
  }
}

const LAMBDA_ALONE = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
})
