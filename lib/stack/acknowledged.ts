/** What cdk-nag's AwsSolutions rules say of the stack and is meant so, each with its reason. */
import { CfnResource, Stack, Validations } from 'aws-cdk-lib';
import { CfnManagedPolicy, CfnPolicy, CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';

/** By what a wildcard is about; one that is not here is a finding. */
const WILDCARDS: readonly { readonly is: RegExp; readonly reason: string }[] = [
  {
    is: /^Resource::\*$/,
    reason:
      'Only operations that IAM knows no resources for, and DescribeAlarms, which hides composite alarms otherwise.',
  },
  {
    is: /:listener-rule\/app\/\*$/,
    reason:
      'Rules belong to the services and change with their stacks; a condition limits this to rules tagged sluice:managed.',
  },
  { is: /:schedule\/[^/]+\/\*$/, reason: 'Schedules are made at run time, in a group of our own.' },
  {
    is: /:ecs:.*:service\/\*$/,
    reason: 'The checklist before a start only looks at ECS services, for one that writes the same rules.',
  },
  { is: /^Resource::<Reports\w+\.Arn>\/\*$/, reason: 'Reports have the names of rollouts, in a bucket of our own.' },
  { is: /^Action::kms:GenerateDataKey\*$/, reason: 'What SNS asks for under this key, and through SNS only.' },
];

export const acknowledgeFindings = (stack: Stack): void => {
  for (const node of stack.node.findAll()) {
    if (node instanceof CfnBucket)
      acknowledge(
        node,
        'AwsSolutions-S1',
        'Reports are made from the journal, which is the record; versions are kept.',
      );
    if (node instanceof CfnQueue)
      acknowledge(
        node,
        'AwsSolutions-SQS3',
        'It holds dead letters, of EventBridge Scheduler or of a stream, or wake-ups, which are worth nothing a minute later.',
      );
    for (const wildcard of wildcardsOf(node)) {
      const reason = WILDCARDS.find(({ is }) => is.test(wildcard))?.reason;
      if (reason !== undefined) acknowledge(node, `AwsSolutions-IAM5[${wildcard}]`, reason);
    }
  }
};

const acknowledge = (node: IConstruct, id: string, reason: string): void =>
  void Validations.of(node).acknowledge({ id, reason });

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
}

const wildcardsOf = (node: IConstruct): readonly string[] =>
  statementsOf(node).flatMap(({ Action, Resource }) => [
    ...[Action]
      .flat()
      .filter((action) => action.includes('*'))
      .map((action) => `Action::${action}`),
    ...[Resource]
      .flat()
      .map(written)
      .filter((resource) => resource.includes('*'))
      .map((resource) => `Resource::${resource}`),
  ]);

/** As CloudFormation will read it; the shape is CloudFormation's own. */
const statementsOf = (node: IConstruct): readonly Statement[] => {
  if (!(node instanceof CfnResource)) return [];
  const resolve = (value: unknown) => Stack.of(node).resolve(value);
  if (node instanceof CfnRole)
    return ((resolve(node.policies) ?? []) as { policyDocument: { Statement: Statement[] } }[]).flatMap(
      ({ policyDocument }) => policyDocument.Statement,
    );
  if (node instanceof CfnPolicy || node instanceof CfnManagedPolicy)
    return (resolve(node.policyDocument) as { Statement: Statement[] }).Statement;
  return [];
};

/** As cdk-nag writes an ARN in the name of a finding: `<Reports.Arn>/*`. */
const written = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  if ('Ref' in value) return `<${String(value.Ref)}>`;
  if ('Fn::GetAtt' in value) return `<${[value['Fn::GetAtt']].flat().join('.')}>`;
  if ('Fn::Join' in value && Array.isArray(value['Fn::Join'])) {
    const [separator, parts] = value['Fn::Join'];
    return parts.map(written).join(separator);
  }
  return '';
};
