/** What `measure` does in the account: writes weights, sends requests, reads counts. Everything it changes it puts back. */
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeRulesCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Outputs } from './outputs.ts';
import type { Answer } from './requests.ts';

export interface Weights {
  readonly a: number;
  readonly b: number;
  /** Seconds for which a client stays with its version; 0: it does not. */
  readonly stickySeconds?: number;
}

export interface Account {
  /** As they are now, without stickiness. */
  weights(): Promise<Weights>;
  setWeights(weights: Weights): Promise<void>;
  request(asked: object): Promise<Answer>;
  /** One statistic of version b's target group, by minute (epoch milliseconds). */
  count(metric: string, statistic: string, from: number, to: number): Promise<ReadonlyMap<number, number>>;
  /** State and reason of each target of version a. */
  health(): Promise<readonly string[]>;
  /** Sends a rule's actions back as they were read, with `UseExistingClientSecret`, and reads them again. */
  rewriteOidc(rule: string): Promise<{ readonly before: unknown; readonly after: unknown }>;
}

export const accountOf = ({ rule, a, b, requestsFunction }: Outputs): Account => {
  const balancing = new ElasticLoadBalancingV2Client();
  const cloudWatch = new CloudWatchClient();
  const lambda = new LambdaClient({ requestHandler: { requestTimeout: 180_000 } });
  const [, loadBalancer = ''] = /listener-rule\/(app\/[^/]+\/[^/]+)\//.exec(rule) ?? [];
  const dimensions = [
    { Name: 'LoadBalancer', Value: loadBalancer },
    { Name: 'TargetGroup', Value: b.slice(b.lastIndexOf(':') + 1) },
  ];
  const actionsOf = async (arn: string) => {
    const { Rules: [found] = [] } = await balancing.send(new DescribeRulesCommand({ RuleArns: [arn] }));
    return found?.Actions ?? [];
  };
  return {
    weights: async () => {
      const groups = (await actionsOf(rule)).flatMap(({ ForwardConfig }) => ForwardConfig?.TargetGroups ?? []);
      const weightOf = (group: string) => groups.find(({ TargetGroupArn }) => TargetGroupArn === group)?.Weight ?? 0;
      return { a: weightOf(a), b: weightOf(b) };
    },
    setWeights: async ({ a: ofA, b: ofB, stickySeconds = 0 }) => {
      const stickiness = stickySeconds > 0 ? { Enabled: true, DurationSeconds: stickySeconds } : { Enabled: false };
      const groups = [
        { TargetGroupArn: a, Weight: ofA },
        { TargetGroupArn: b, Weight: ofB },
      ];
      const forward = { TargetGroups: groups, TargetGroupStickinessConfig: stickiness };
      await balancing.send(
        new ModifyRuleCommand({ RuleArn: rule, Actions: [{ Type: 'forward', Order: 1, ForwardConfig: forward }] }),
      );
    },
    request: async (asked) => {
      const sent = { FunctionName: requestsFunction, Payload: Buffer.from(JSON.stringify(asked)) };
      const { Payload, FunctionError } = await lambda.send(new InvokeCommand(sent));
      const text = Buffer.from(Payload ?? []).toString('utf8');
      if (FunctionError !== undefined) throw new Error(`The requests function failed: ${text}`);
      return JSON.parse(text) as Answer;
    },
    count: async (metric, statistic, from, to) => {
      const stat = {
        Metric: { Namespace: 'AWS/ApplicationELB', MetricName: metric, Dimensions: dimensions },
        Period: 60,
        Stat: statistic,
      };
      const { MetricDataResults: [found] = [] } = await cloudWatch.send(
        new GetMetricDataCommand({
          MetricDataQueries: [{ Id: 'm', MetricStat: stat }],
          StartTime: new Date(from),
          EndTime: new Date(to),
        }),
      );
      const values = found?.Values ?? [];
      return new Map((found?.Timestamps ?? []).map((at, index) => [at.getTime(), values[index] ?? Number.NaN]));
    },
    health: async () => {
      const { TargetHealthDescriptions: found = [] } = await balancing.send(
        new DescribeTargetHealthCommand({ TargetGroupArn: a }),
      );
      return found.map(({ TargetHealth }) => `${TargetHealth?.State} ${TargetHealth?.Reason ?? ''}`.trim());
    },
    rewriteOidc: async (arn) => {
      const before = await actionsOf(arn);
      const again = before.map((action) =>
        action.AuthenticateOidcConfig === undefined
          ? action
          : { ...action, AuthenticateOidcConfig: { ...action.AuthenticateOidcConfig, UseExistingClientSecret: true } },
      );
      await balancing.send(new ModifyRuleCommand({ RuleArn: arn, Actions: again }));
      return { before, after: await actionsOf(arn) };
    },
  };
};
