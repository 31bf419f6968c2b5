/**
 * The network of the GPU tier: functions reach the model server without an address on the internet. Functions inside it reach
 * Slack and AWS through one small NAT instance, and S3 through a gateway, which costs nothing.
 */
export function createNetwork() {
  const vpc = new sst.aws.Vpc('Network', { nat: 'ec2', az: 2 })
  const region = aws.getRegionOutput().region
  new aws.ec2.VpcEndpoint('Buckets', {
    vpcId: vpc.id,
    serviceName: $interpolate`com.amazonaws.${region}.s3`,
    vpcEndpointType: 'Gateway',
    routeTableIds: vpc.nodes.privateRouteTables.apply((tables) => tables.map((table) => table.id)),
  })
  const functions = new aws.ec2.SecurityGroup('Functions', {
    vpcId: vpc.id,
    description: 'Functions of asklake: they call, nobody calls them',
    egress: [{ protocol: '-1', fromPort: 0, toPort: 0, cidrBlocks: ['0.0.0.0/0'] }],
  })
  return { vpc, functions }
}

export type Network = ReturnType<typeof createNetwork>
