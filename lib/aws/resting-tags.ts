/** The service's own tag on its rules: which target group holds the traffic outside rollouts. */
import { DescribeTagsCommand, type ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { isFault } from '../controller/fault.ts';
import type { RuleReading } from '../controller/ports.ts';
import { parseTargetGroupArn } from '../plan/arn.ts';
import { type Deadline, outside } from './outside.ts';
import type { Traffic } from './rule-reading.ts';

/** Value: the resting target group as CloudWatch names it (`targetgroup/NAME/ID`, CloudFormation's TargetGroupFullName). */
export const RESTING_TAG = 'sluice:resting';

/**
 * One more call: DescribeTags takes 20 resources, and a plan has no more rules. Only rules that are there are asked for, since one that is
 * not fails the call. Without the tags the weights are worth as much as before: `resting` stays unknown, and unknown never agrees.
 */
export const withResting = async (
  client: ElasticLoadBalancingV2Client,
  deadline: Deadline,
  traffic: Traffic,
  readings: readonly RuleReading[],
): Promise<readonly RuleReading[]> => {
  const arns = readings.filter(({ kind }) => kind === 'weighted').map(({ rule }) => rule);
  if (arns.length === 0) return readings;
  const told = await outside('read the tags of the listener rules', deadline, (options) =>
    client.send(new DescribeTagsCommand({ ResourceArns: arns }), options),
  );
  if (isFault(told)) return readings;
  const tags = new Map(
    (told.TagDescriptions ?? []).map(({ ResourceArn, Tags = [] }) => [
      ResourceArn,
      Tags.find(({ Key }) => Key === RESTING_TAG)?.Value,
    ]),
  );
  return readings.map((reading) =>
    reading.kind === 'weighted' ? { ...reading, resting: restingSide(traffic, tags.get(reading.rule)) } : reading,
  );
};

export const restingSide = (
  { baseline, candidate }: Traffic,
  tag: string | undefined,
): 'baseline' | 'candidate' | undefined => {
  if (tag === undefined) return undefined;
  if (tag === parseTargetGroupArn(baseline)?.targetGroup) return 'baseline';
  return tag === parseTargetGroupArn(candidate)?.targetGroup ? 'candidate' : undefined;
};
