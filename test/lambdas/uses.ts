/** What a call on the wire takes of IAM: https://docs.aws.amazon.com/service-authorization/latest/reference/ */
import { assert, unreachable } from '../../lib/plan/assert.ts';
import type { Use } from '../stack/granted.ts';
import { readForm } from '../stand-in/query-protocol.ts';
import type { Asked } from '../stand-in/server.ts';

const PLACE = 'us-east-1:123456789012';

/** Tags of a listener rule, which a condition may look at. */
export type TagsOf = (rule: string) => ReadonlyMap<string, string>;

/** Operations that IAM knows no resources for. */
const ANYWHERE: ReadonlySet<string> = new Set([
  'application-autoscaling:DescribeScalableTargets',
  'autoscaling:DescribeAutoScalingGroups',
  'cloudtrail:LookupEvents',
  'cloudwatch:DescribeAlarms',
  'cloudwatch:GetMetricData',
  'ecs:ListClusters',
  'ecs:ListServices',
  'elasticloadbalancing:DescribeListeners',
  'elasticloadbalancing:DescribeLoadBalancers',
  'elasticloadbalancing:DescribeRules',
  'elasticloadbalancing:DescribeTags',
  'elasticloadbalancing:DescribeTargetGroupAttributes',
  'elasticloadbalancing:DescribeTargetGroups',
  'elasticloadbalancing:DescribeTargetHealth',
  'scheduler:ListSchedules',
]);

/** Every action that the call needs, on each of its resources. */
export const usesOf = (asked: Asked, tagsOf: TagsOf): readonly Use[] => {
  const action = `${asked.service}:${asked.operation}`;
  if (ANYWHERE.has(action)) return [{ action, resource: '*' }];
  switch (asked.service) {
    case 'dynamodb':
      return [{ action, resource: tableOf(asked) }];
    case 'ecs':
      return textsIn(asked.input.services).map((resource) => ({ action, resource }));
    case 'elasticloadbalancing':
      return [modified(asked, tagsOf)];
    case 'lambda':
      // https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
      return [{ action: action.replace(/:Invoke$/, ':InvokeFunction'), resource: functionOf(asked) }];
    case 'scheduler':
      return schedule(asked);
    case 'secretsmanager':
      // Secrets Manager appends six characters to the name of a secret.
      return [{ action, resource: `arn:aws:secretsmanager:${PLACE}:secret:${asked.input.SecretId}-AbCdEf` }];
    case 'sns':
      return [{ action, resource: String(readForm(asked.input).TopicArn) }];
    case 's3':
      return objects(asked);
    case 'sts':
      // Anybody may ask who he is: no policy can refuse it.
      return [];
    case 'application-autoscaling':
    case 'autoscaling':
    case 'cloudtrail':
    case 'cloudwatch':
      throw new Error(`what ${action} takes is not known here`);
    default:
      return unreachable(asked.service);
  }
};

const textsIn = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

const tableOf = ({ input }: Asked): string => {
  const table = `arn:aws:dynamodb:${PLACE}:table/${input.TableName}`;
  return input.IndexName === undefined ? table : `${table}/index/${input.IndexName}`;
};

const modified = ({ operation, input }: Asked, tagsOf: TagsOf): Use => {
  assert(operation === 'ModifyRule', `what elasticloadbalancing:${operation} takes is known here`);
  const resource = String(input.RuleArn);
  const tags = [...tagsOf(resource)].map(([key, value]) => [`aws:ResourceTag/${key}`, value]);
  return { action: 'elasticloadbalancing:ModifyRule', resource, context: Object.fromEntries(tags) };
};

const functionOf = ({ url }: Asked): string =>
  `arn:aws:lambda:${PLACE}:function:${decodeURIComponent(url.pathname.split('/')[3] ?? '')}`;

/** Whoever creates a schedule hands its role to Scheduler. */
const schedule = ({ operation, url, input }: Asked): readonly Use[] => {
  const name = decodeURIComponent(url.pathname.slice('/schedules/'.length));
  const group = operation === 'CreateSchedule' ? input.GroupName : url.searchParams.get('groupName');
  const use = {
    action: `scheduler:${operation}`,
    resource: `arn:aws:scheduler:${PLACE}:schedule/${group}/${name}`,
  };
  if (operation !== 'CreateSchedule') return [use];
  const { RoleArn } = input.Target as { readonly RoleArn: string };
  const context = { 'iam:PassedToService': 'scheduler.amazonaws.com' };
  return [use, { action: 'iam:PassRole', resource: RoleArn, context }];
};

/** HeadObject is allowed by GetObject, and a file that is not there is told as such only to those who may list the bucket. */
const objects = ({ operation, url }: Asked): readonly Use[] => {
  const [, bucket, ...path] = decodeURIComponent(url.pathname).split('/');
  const resource = `arn:aws:s3:::${bucket}/${path.join('/')}`;
  if (operation === 'PutObject') return [{ action: 's3:PutObject', resource }];
  assert(operation === 'GetObject' || operation === 'HeadObject', `what s3:${operation} takes is known here`);
  return [
    { action: 's3:GetObject', resource },
    { action: 's3:ListBucket', resource: `arn:aws:s3:::${bucket}` },
  ];
};
