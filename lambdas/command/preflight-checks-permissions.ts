import type { Check } from '../../lib/aws/request.ts';
import { type Fault, isFault } from '../../lib/controller/fault.ts';
import { ASK_AGAIN, counted, fail, lineOf, pass, warn } from './preflight-lines.ts';
import type { Look } from './preflight-look.ts';

/** Nothing is tried that is not needed: every call of the checklist either came to an answer or is a line here. */
export const permissionChecks = (look: Look): readonly Check[] => {
  const asked = different(faultsOf(look));
  const refused = asked.filter(({ fault }) => fault.code === 'REFUSED');
  const silent = asked.length - refused.length;
  return [
    ...refused.map(refusal),
    ...(refused.length > 0 && silent === 0
      ? []
      : [
          lineOf('permissions', [
            silent === 0
              ? pass('every call of this checklist was allowed')
              : warn(`not known for ${counted(silent, 'call')} without an answer`, ASK_AGAIN),
          ]),
        ]),
  ];
};

interface Asked {
  readonly fault: Fault;
  /** IAM actions of the operation; AWS's own word names one of them. */
  readonly needs: readonly string[];
  /** A start asks the same, so it would not begin. */
  readonly isForStart: boolean;
}

const refusal = ({ fault, needs, isForStart }: Asked): Check => {
  const said = fault.cause instanceof Error ? fault.cause.message : '';
  const action = /perform:? ([a-z0-9-]+:[A-Za-z0-9]+)/.exec(said)?.[1] ?? needs.join(', ');
  const found = `refused: cannot ${fault.operation}`;
  const whose = isForStart ? 'the command and tick functions' : 'the command function';
  const part = (isForStart ? fail : warn)(found, `allow ${whose} ${action}`);
  return lineOf('permissions', [part]);
};

/** One line for an operation, however often it was asked. */
const different = (all: readonly Asked[]): readonly Asked[] =>
  [...new Map(all.toReversed().map((asked) => [asked.fault.operation, asked])).values()].toReversed();

const balancing = (...operations: readonly string[]): readonly string[] =>
  operations.map((operation) => `elasticloadbalancing:${operation}`);

const FACTS = balancing(
  'DescribeTargetHealth',
  'DescribeTargetGroupAttributes',
  'DescribeTargetGroups',
  'DescribeListeners',
  'DescribeRules',
);
const METRICS = ['cloudwatch:GetMetricData', ...balancing('DescribeTargetGroups')];
const SETTINGS = balancing('DescribeTargetGroups', 'DescribeTargetGroupAttributes');
const SERVICES = ['ecs:ListClusters', 'ecs:ListServices', 'ecs:DescribeServices'];
const TOPICS = ['sns:ListSubscriptionsByTopic'];

const faultsOf = (look: Look): readonly Asked[] => {
  const { account, rules } = look;
  const { topics } = account;
  const among = (values: readonly unknown[], isForStart: boolean, needs: readonly string[]): readonly Asked[] =>
    values.filter(isFault).map((fault) => ({ fault, needs, isForStart }));
  return [
    ...among(
      rules.flatMap((reading) => (reading.kind === 'unreadable' ? [reading.fault] : [])),
      true,
      balancing('DescribeRules'),
    ),
    ...among([look.candidate, look.baseline], true, FACTS),
    ...among([look.alarms], true, ['cloudwatch:DescribeAlarms']),
    ...among([look.day, look.readings], true, METRICS),
    ...among([account.tags], false, balancing('DescribeTags')),
    ...among([account.candidate, account.baseline], false, SETTINGS),
    ...among([account.scalingGroups], false, ['autoscaling:DescribeAutoScalingGroups']),
    ...among([account.services], false, SERVICES),
    ...among([account.serviceMinimums], false, ['application-autoscaling:DescribeScalableTargets']),
    ...among([topics.onCall, topics.leads, topics.everyone], false, TOPICS),
    ...among([account.invokers], false, ['lambda:GetPolicy']),
  ];
};
