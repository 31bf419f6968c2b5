/// <reference path="./.sst/platform/config.d.ts" />

/** Everything asklake pays for in an AWS account: docs/deploy.md. */
export default $config({
  app: ({ stage }) => ({
    name: 'asklake',
    home: 'aws',
    // Only what is named so keeps its data when the stage is removed.
    removal: stage === 'production' ? 'retain' : 'remove',
    protect: stage === 'production',
    providers: { aws: { version: '7.20.0', region: (process.env['AWS_REGION'] ?? 'eu-central-1') as 'eu-central-1' } },
  }),
  run: async () => {
    const { lake, state } = await import('./infra/storage.ts')
    const { url } = await import('./infra/api.ts')
    const { door } = await import('./infra/slack.ts')
    await import('./infra/refresh.ts')
    await import('./infra/alarms.ts')
    await import('./infra/dashboard.ts')
    const { weightsPlace } = await import('./infra/model.ts')
    return {
      data: $interpolate`s3://${lake.name}/data/`,
      state: $interpolate`s3://${state.name}/asklake/`,
      api: url,
      slack: $interpolate`${door.url}slack/events`,
      ...(weightsPlace === null ? {} : { weights: weightsPlace }),
    }
  },
})
