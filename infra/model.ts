import { createCapacity } from './capacity.ts'
import { createNetwork, type Network } from './network.ts'
import { roleFor } from './roles.ts'
import { modelKey } from './secrets.ts'
import { type Gpu, stage } from './stage.ts'
import { encrypted } from './storage.ts'

/** The port of `asklake model serve`. */
const PORT = 8788

/** How long a question counts as wanting the large model: as long as an instance is kept for the next one. */
const WANTED_S = 900

const model = stage.gpu === null ? null : createModel(stage.gpu)

/** What a function needs to ask the large model; nothing at all where the stage has none. */
export const asking = model === null ? { environment: {}, permissions: [] } : model.asking

/** Where the weights go, where there is a GPU tier. */
export const weightsPlace = model?.weightsPlace ?? null

/** The model server on GPU instances, from none to `gpu.most` of them by how many questions wanted it lately. */
function createModel(gpu: Gpu) {
  const network = createNetwork()
  const weights = new sst.aws.Bucket('Weights', { cors: false })
  encrypted('Weights', weights)
  const cluster = new aws.ecs.Cluster('Models', { settings: [{ name: 'containerInsights', value: 'enabled' }] })
  const capacity = createCapacity(cluster, network, gpu)
  const directory = network.vpc.nodes.cloudmapNamespace
  const service = createService({ gpu, network, cluster, capacity, directory, weights })
  const wanted = createScaling(gpu, cluster, service)
  const asking = {
    environment: {
      ASKLAKE_LLM_URL: $interpolate`http://model.${directory.name}:${PORT}/v1`,
      ASKLAKE_LLM_KEY: modelKey.value,
      ASKLAKE_WANTED_QUEUE_URL: wanted.url,
    },
    permissions: [{ actions: ['sqs:SendMessage'], resources: [wanted.arn] }],
    vpc: { privateSubnets: network.vpc.privateSubnets, securityGroups: [network.functions.id] },
  }
  return { asking, weightsPlace: $interpolate`s3://${weights.name}/${gpu.weights}/` }
}

interface Parts {
  gpu: Gpu
  network: Network
  cluster: aws.ecs.Cluster
  capacity: ReturnType<typeof createCapacity>
  directory: Network['vpc']['nodes']['cloudmapNamespace']
  weights: sst.aws.Bucket
}

function createService({ gpu, network, cluster, capacity, directory, weights }: Parts) {
  const group = new aws.ec2.SecurityGroup('ModelServer', {
    vpcId: network.vpc.id,
    description: 'The model server: only functions of asklake call it',
    ingress: [{ protocol: 'tcp', fromPort: PORT, toPort: PORT, securityGroups: [network.functions.id] }],
    egress: [{ protocol: '-1', fromPort: 0, toPort: 0, cidrBlocks: ['0.0.0.0/0'] }],
  })
  const name = new aws.servicediscovery.Service('ModelName', {
    name: 'model',
    dnsConfig: { namespaceId: directory.id, dnsRecords: [{ type: 'A', ttl: 10 }], routingPolicy: 'MULTIVALUE' },
  })
  return new aws.ecs.Service(
    'Model',
    {
      cluster: cluster.arn,
      taskDefinition: createTask(gpu, weights).arn,
      capacityProviderStrategies: [{ capacityProvider: capacity.name, weight: 1 }],
      desiredCount: gpu.least,
      networkConfiguration: { subnets: network.vpc.privateSubnets, securityGroups: [group.id] },
      serviceRegistries: { registryArn: name.arn },
      deploymentMinimumHealthyPercent: 0,
      deploymentMaximumPercent: 100,
    },
    // How many run is decided by the scaling below.
    { dependsOn: [capacity.stack], ignoreChanges: ['desiredCount'] },
  )
}

function createTask(gpu: Gpu, weights: sst.aws.Bucket) {
  const log = new aws.cloudwatch.LogGroup('ModelLog', { retentionInDays: gpu.log_days })
  const key = new aws.ssm.Parameter('ModelKeyParameter', { type: 'SecureString', value: modelKey.value })
  const [repository = ''] = gpu.image.split(/[:@](?!.*\/)/)
  const execution = roleFor('ModelExecution', 'ecs-tasks.amazonaws.com', {
    statements: [
      { Effect: 'Allow', Action: ['ecr:GetAuthorizationToken'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
        Resource: repositoryArn(repository),
      },
      { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: $interpolate`${log.arn}:*` },
      { Effect: 'Allow', Action: ['ssm:GetParameters'], Resource: key.arn },
    ],
  })
  const task = roleFor('ModelTask', 'ecs-tasks.amazonaws.com', {
    statements: [
      { Effect: 'Allow', Action: ['s3:ListBucket'], Resource: weights.arn },
      { Effect: 'Allow', Action: ['s3:GetObject'], Resource: $interpolate`${weights.arn}/${gpu.weights}/*` },
    ],
  })
  return new aws.ecs.TaskDefinition('ModelTaskDefinition', {
    family: `${$app.name}-${$app.stage}-model`,
    requiresCompatibilities: ['MANAGED_INSTANCES'],
    networkMode: 'awsvpc',
    cpu: '3072',
    memory: '12288',
    executionRoleArn: execution.arn,
    taskRoleArn: task.arn,
    runtimePlatform: { cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX' },
    volumes: [{ name: 'weights' }, { name: 'scratch' }],
    containerDefinitions: $jsonStringify([
      {
        name: 'model',
        image: gpu.image,
        essential: true,
        readonlyRootFilesystem: true,
        resourceRequirements: [{ type: 'GPU', value: '1' }],
        portMappings: [{ containerPort: PORT, protocol: 'tcp' }],
        mountPoints: [
          { sourceVolume: 'weights', containerPath: '/weights' },
          { sourceVolume: 'scratch', containerPath: '/tmp' },
        ],
        environment: [
          { name: 'ASKLAKE_MODEL_WEIGHTS', value: $interpolate`s3://${weights.name}/${gpu.weights}` },
          { name: 'PORT', value: String(PORT) },
        ],
        secrets: [{ name: 'ASKLAKE_LLM_KEY', valueFrom: key.arn }],
        // A first start pulls the weights: 2 GB in some ten seconds, larger ones in minutes.
        healthCheck: {
          command: ['CMD', 'node', 'healthy.mjs'],
          interval: 15,
          timeout: 5,
          retries: 4,
          startPeriod: 300,
        },
        logConfiguration: {
          logDriver: 'awslogs',
          options: {
            'awslogs-group': log.name,
            'awslogs-region': aws.getRegionOutput().region,
            'awslogs-stream-prefix': 'model',
          },
        },
      },
    ]),
  })
}

/** `123.dkr.ecr.eu-central-1.amazonaws.com/asklake-model` as an ARN. */
function repositoryArn(repository: string): string {
  const [, account = '*', region = '*', name = '*'] =
    /^(\d+)\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/(.+)$/.exec(repository) ?? []
  return `arn:aws:ecr:${region}:${account}:repository/${name}`
}

/**
 * Each question that wants the large model leaves a message that nobody takes and that is gone after WANTED_S: the depth of
 * the queue is how many wanted it lately, also while no server runs and the embedded model answers.
 */
function createScaling(gpu: Gpu, cluster: aws.ecs.Cluster, service: aws.ecs.Service) {
  const wanted = new aws.sqs.Queue('Wanted', { messageRetentionSeconds: WANTED_S, sqsManagedSseEnabled: true })
  const target = new aws.appautoscaling.Target('ModelCount', {
    serviceNamespace: 'ecs',
    scalableDimension: 'ecs:service:DesiredCount',
    resourceId: $interpolate`service/${cluster.name}/${service.name}`,
    minCapacity: gpu.least,
    maxCapacity: gpu.most,
  })
  const policy = (
    name: string,
    cooldown: number,
    steps: aws.types.input.appautoscaling.PolicyStepScalingPolicyConfigurationStepAdjustment[],
  ) =>
    new aws.appautoscaling.Policy(name, {
      policyType: 'StepScaling',
      serviceNamespace: target.serviceNamespace,
      scalableDimension: target.scalableDimension,
      resourceId: target.resourceId,
      stepScalingPolicyConfiguration: { adjustmentType: 'ExactCapacity', cooldown, stepAdjustments: steps },
    })
  const up = policy('ModelUp', 60, stepsUp(gpu))
  const down = policy('ModelDown', 60, [{ metricIntervalUpperBound: '0', scalingAdjustment: gpu.least }])
  const depth = {
    namespace: 'AWS/SQS',
    metricName: 'ApproximateNumberOfMessagesVisible',
    dimensions: { QueueName: wanted.name },
    statistic: 'Maximum',
    period: 60,
    threshold: 0,
  }
  new aws.cloudwatch.MetricAlarm('ModelWanted', {
    ...depth,
    evaluationPeriods: 1,
    comparisonOperator: 'GreaterThanThreshold',
    treatMissingData: 'notBreaching',
    alarmActions: [up.arn],
    alarmDescription: 'Questions want the large model: starts an instance. No reason to worry.',
  })
  new aws.cloudwatch.MetricAlarm('ModelUnwanted', {
    ...depth,
    evaluationPeriods: 3,
    comparisonOperator: 'LessThanOrEqualToThreshold',
    treatMissingData: 'breaching',
    alarmActions: [down.arn],
    alarmDescription: 'Nobody wanted the large model for a quarter of an hour: ends the instances. No reason to worry.',
  })
  return wanted
}

/** One server from the first question on, one more for each further `gpu.questions` within WANTED_S. */
function stepsUp({ most, questions }: Gpu) {
  return Array.from({ length: most }, (_, index) => ({
    metricIntervalLowerBound: String(index * questions),
    ...(index + 1 < most ? { metricIntervalUpperBound: String((index + 1) * questions) } : {}),
    scalingAdjustment: index + 1,
  }))
}
