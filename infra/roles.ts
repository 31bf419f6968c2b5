/** A role that only one AWS service assumes, with the statements given and AWS's own policies named. */
export function roleFor(name: string, service: string, rights: { statements?: unknown[]; managed?: string[] }) {
  const role = new aws.iam.Role(name, {
    assumeRolePolicy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } }],
    }),
    ...(rights.statements
      ? {
          inlinePolicies: [
            { name: 'rights', policy: $jsonStringify({ Version: '2012-10-17', Statement: rights.statements }) },
          ],
        }
      : {}),
  })
  for (const policy of rights.managed ?? []) {
    new aws.iam.RolePolicyAttachment(`${name}${policy}`, {
      role: role.name,
      policyArn: `arn:aws:iam::aws:policy/${policy}`,
    })
  }
  return role
}
