import { stage } from './stage.ts'

/** How every function runs; its folder is built by infra/package.mjs. */
export function packaged(name: 'api' | 'slack' | 'worker' | 'refresh') {
  return {
    bundle: `dist/lambda/${name}`,
    handler: `${name}.handler`,
    runtime: 'nodejs22.x' as const,
    architecture: 'arm64' as const,
    logging: { retention: stage.logs, format: 'json' as const },
  }
}
