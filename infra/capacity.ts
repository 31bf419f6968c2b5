import type { Network } from './network.ts'
import { roleFor } from './roles.ts'
import type { Gpu } from './stage.ts'

/**
 * Instances with one NVIDIA GPU that ECS starts when a task waits for one and ends some time after the last has gone. By
 * CloudFormation, because SST's AWS provider does not know `LocalStorageConfiguration` yet: the NVMe disk of the instance,
 * instead of a network disk, holds images and weights.
 */
export function createCapacity(cluster: aws.ecs.Cluster, network: Network, gpu: Gpu) {
  const instance = roleFor('ModelInstance', 'ec2.amazonaws.com', {
    managed: ['AmazonECSInstanceRolePolicyForManagedInstances'],
  })
  const profile = new aws.iam.InstanceProfile('ModelInstanceProfile', { role: instance.name })
  const infrastructure = roleFor('ModelInfrastructure', 'ecs.amazonaws.com', {
    managed: ['AmazonECSInfrastructureRolePolicyForManagedInstances'],
    statements: [
      {
        Effect: 'Allow',
        Action: 'iam:PassRole',
        Resource: instance.arn,
        Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
      },
    ],
  })
  const group = new aws.ec2.SecurityGroup('ModelInstances', {
    vpcId: network.vpc.id,
    description: 'GPU instances of asklake: they pull their image and weights',
    egress: [{ protocol: '-1', fromPort: 0, toPort: 0, cidrBlocks: ['0.0.0.0/0'] }],
  })
  const name = `${$app.name}-${$app.stage}-gpu`
  const stack = new aws.cloudformation.Stack('ModelCapacity', {
    templateBody: $jsonStringify({
      Resources: {
        Capacity: {
          Type: 'AWS::ECS::CapacityProvider',
          Properties: {
            Name: name,
            ClusterName: cluster.name,
            ManagedInstancesProvider: {
              InfrastructureRoleArn: infrastructure.arn,
              InfrastructureOptimization: { ScaleInAfter: gpu.idle_s },
              InstanceLaunchTemplate: {
                Ec2InstanceProfileArn: profile.arn,
                CapacityOptionType: gpu.spot ? 'SPOT' : 'ON_DEMAND',
                NetworkConfiguration: { Subnets: network.vpc.privateSubnets, SecurityGroups: [group.id] },
                LocalStorageConfiguration: { UseLocalStorage: true },
                InstanceRequirements: REQUIREMENTS,
              },
            },
          },
        },
      },
    }),
  })
  return { name, stack }
}

/** One GPU with at least the 24 GB of an L4 or A10G (a 3 B model at 4 bits takes 2 GB, its keys and values the rest), and NVMe. */
const REQUIREMENTS = {
  AcceleratorTypes: ['gpu'],
  AcceleratorManufacturers: ['nvidia'],
  AcceleratorCount: { Min: 1, Max: 1 },
  AcceleratorTotalMemoryMiB: { Min: 22_000 },
  AllowedInstanceTypes: ['g6.*', 'g6e.*', 'g5.*'],
  VCpuCount: { Min: 4, Max: 8 },
  MemoryMiB: { Min: 15_000, Max: 65_536 },
  LocalStorage: 'required',
  LocalStorageTypes: ['ssd'],
}
