/** Everything a function may do, in one table; a test compares it with the calls that the functions make. */
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { FunctionName } from './functions.ts';
import { MANAGED_TAG } from './rollout-rule.ts';

/** ARNs of what the statements are about. */
export interface Resources {
  readonly table: string;
  readonly index: string;
  /** Every rule of every Application Load Balancer of this account and region. */
  readonly rules: string;
  /** Every schedule of our own group. */
  readonly schedules: string;
  readonly scheduleRole: string;
  readonly topics: { readonly everyone: string; readonly leads: string; readonly onCall: string };
  readonly key: string;
  /** Through SNS alone: `sns.us-east-1.amazonaws.com`. */
  readonly keyVia: string;
  readonly reports: string;
  readonly announceDeadLetters: string;
  readonly stream: string;
  /** Where minute wake-ups are gathered, if they are. */
  readonly minuteQueue: string | undefined;
  /** Ticks may ask who changed a rule. */
  readonly cloudTrail: boolean;
  /** The command function itself. */
  readonly command: string;
  /** The secret of the Slack app, if there is one, and the function that carries out what the app passes on. */
  readonly slackSecret: string | undefined;
  readonly slackCommands: string;
  /** Every ECS service of this account and region. */
  readonly services: string;
}

type Conditions = Readonly<Record<string, Readonly<Record<string, string>>>>;

const allow = (actions: readonly string[], resources: readonly string[], conditions?: Conditions): PolicyStatement =>
  new PolicyStatement({
    actions: [...actions],
    resources: [...resources],
    ...(conditions === undefined ? {} : { conditions }),
  });

/** Operations that IAM knows no resources for. */
const anywhere = (service: string, operations: readonly string[]): PolicyStatement =>
  allow(
    operations.map((operation) => `${service}:${operation}`),
    ['*'],
  );

/** ARNs of what the function that posts in Slack is about. */
export interface SlackResources {
  readonly table: string;
  readonly stream: string;
  readonly secret: string;
  readonly deadLetters: string;
}

/** It neither moves traffic nor wakes or tells anything in AWS. */
export const slackPermissions = (resources: SlackResources): readonly PolicyStatement[] => [
  allow(['dynamodb:PutItem', 'dynamodb:Query'], [resources.table]),
  allow(['secretsmanager:GetSecretValue'], [resources.secret]),
  ...readStream(resources.stream),
  allow(['sqs:SendMessage'], [resources.deadLetters]),
];

/** Lambda itself, in the function's name: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html */
const readStream = (stream: string): readonly PolicyStatement[] => [
  anywhere('dynamodb', ['ListStreams']),
  allow(['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], [stream]),
];

/** Functions that there are only where the stack is told so. */
type Optional = 'slackActions' | 'slackCommands' | 'chatActions';

export const permissionsOf = (
  resources: Resources,
): Readonly<Record<FunctionName | Optional, readonly PolicyStatement[]>> => {
  const { table, index, rules, schedules, scheduleRole, topics, key, keyVia, reports, stream } = resources;
  const readJournal = allow(['dynamodb:Query'], [table]);
  const listRollouts = allow(['dynamodb:Query'], [index]);
  const writeJournal = allow(['dynamodb:PutItem'], [table]);
  const freeClaims = allow(['dynamodb:DeleteItem'], [table]);
  // Follows the rule, not the plan file: without its plan a live rollout must still find its way back.
  const moveTraffic = allow(['elasticloadbalancing:ModifyRule'], [rules], {
    StringEquals: { [`aws:ResourceTag/${MANAGED_TAG}`]: 'true' },
  });
  const readTraffic = anywhere('elasticloadbalancing', ['DescribeRules', 'DescribeTargetHealth']);
  const readBeforeStart = anywhere('elasticloadbalancing', [
    'DescribeTags',
    'DescribeTargetGroups',
    'DescribeTargetGroupAttributes',
    'DescribeListeners',
    'DescribeLoadBalancers',
  ]);
  // With fewer resources DescribeAlarms hides composite alarms.
  const readEvidence = anywhere('cloudwatch', ['GetMetricData', 'DescribeAlarms']);
  const wakeUps = [
    anywhere('scheduler', ['ListSchedules']),
    allow(['scheduler:CreateSchedule', 'scheduler:DeleteSchedule'], [schedules]),
    allow(['iam:PassRole'], [scheduleRole], { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } }),
  ];
  const publish = (...arns: readonly string[]) => [
    allow(['sns:Publish'], arns),
    allow(['kms:Decrypt', 'kms:GenerateDataKey*'], [key], { StringEquals: { 'kms:ViaService': keyVia } }),
  ];
  // Only looks, for the checklist before a start: who else writes these rules, what shrinks the baseline, and who is told.
  const readAccount = [
    anywhere('ecs', ['ListClusters', 'ListServices']),
    allow(['ecs:DescribeServices'], [resources.services]),
    anywhere('autoscaling', ['DescribeAutoScalingGroups']),
    anywhere('application-autoscaling', ['DescribeScalableTargets']),
    allow(['sns:ListSubscriptionsByTopic'], Object.values(topics)),
    allow(['lambda:GetPolicy'], [resources.command]),
  ];
  // Without leave to list, S3 answers 403 for a file that is not there.
  const readReports = [allow(['s3:GetObject'], [`${reports}/*`]), allow(['s3:ListBucket'], [reports])];
  // Lambda itself, in the function's name: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
  const takeWakeUps =
    resources.minuteQueue === undefined
      ? []
      : [allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], [resources.minuteQueue])];
  const askWhoDidIt = resources.cloudTrail ? [anywhere('cloudtrail', ['LookupEvents'])] : [];
  const readSecret =
    resources.slackSecret === undefined ? [] : [allow(['secretsmanager:GetSecretValue'], [resources.slackSecret])];
  // A person decides: nothing is read of metrics, nothing starts and nothing ends.
  const decide = [
    ...[readJournal, writeJournal, readTraffic, moveTraffic],
    anywhere('cloudwatch', ['DescribeAlarms']),
    ...wakeUps,
    ...publish(topics.onCall),
  ];
  const control = [
    ...[readJournal, writeJournal, freeClaims],
    ...[readTraffic, readBeforeStart, moveTraffic, readEvidence],
    ...wakeUps,
  ];
  return {
    tick: [...control, ...publish(topics.onCall), ...takeWakeUps, ...askWhoDidIt],
    // Everyone is told of a plan that could not be registered.
    command: [...control, listRollouts, ...publish(topics.onCall, topics.everyone), ...readReports, ...readAccount],
    watchdog: [
      ...[readJournal, listRollouts, writeJournal],
      ...[readTraffic, moveTraffic],
      ...wakeUps,
      ...publish(topics.onCall),
    ],
    // Behind an address that anybody can reach.
    slackActions: [...readSecret, allow(['lambda:InvokeFunction'], [resources.slackCommands])],
    slackCommands: [...decide, ...readSecret],
    chatActions: decide,
    announce: [
      ...[readJournal, writeJournal],
      ...readReports,
      allow(['s3:PutObject'], [`${reports}/*`]),
      ...publish(topics.everyone, topics.leads, topics.onCall),
      ...readStream(stream),
      allow(['sqs:SendMessage'], [resources.announceDeadLetters]),
    ],
  };
};
