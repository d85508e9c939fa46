import { DescribeTagsCommand, type ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Fault, isFault } from '../controller/fault.ts';
import { type Deadline, outside } from './outside.ts';
import { RESTING_TAG, restingSide } from './resting-tags.ts';
import { type Kept, keepersOf } from './rule-keepers.ts';
import type { Traffic } from './rule-reading.ts';

/** Without this tag, with the value `true`, the stack's policies let no function modify the rule. */
const MANAGED_TAG = 'sluice:managed';

/** What a rule's tags say that a rollout goes by. Undefined: the rule has no such tag. */
export interface RuleTags {
  readonly managed: string | undefined;
  /** As written. */
  readonly restingTag: string | undefined;
  readonly resting: 'baseline' | 'candidate' | undefined;
  readonly keptBy: readonly Kept[];
}

/** By rule; a rule that does not exist has no entry. */
export type TagsByRule = ReadonlyMap<string, RuleTags>;

/** One call for all rules. AWS fails it whole when one of them does not exist: then each is asked for by itself. */
export const readRuleTags = async (
  client: ElasticLoadBalancingV2Client,
  deadline: Deadline,
  traffic: Traffic,
): Promise<TagsByRule | Fault> => {
  const { rules } = traffic;
  const together = await describe(client, deadline, traffic, rules);
  if (!isFault(together) || together.code !== 'NOT_FOUND') return together;
  const tags = new Map<string, RuleTags>();
  for (const one of await Promise.all(rules.map((rule) => describe(client, deadline, traffic, [rule])))) {
    if (!isFault(one)) for (const [rule, ofRule] of one) tags.set(rule, ofRule);
    else if (one.code !== 'NOT_FOUND') return one;
  }
  return tags;
};

const describe = (
  client: ElasticLoadBalancingV2Client,
  deadline: Deadline,
  traffic: Traffic,
  rules: readonly string[],
): Promise<TagsByRule | Fault> =>
  outside('read the tags of the listener rules', deadline, async (options): Promise<TagsByRule> => {
    const { TagDescriptions = [] } = await client.send(new DescribeTagsCommand({ ResourceArns: [...rules] }), options);
    return new Map(
      TagDescriptions.map(({ ResourceArn = '', Tags = [] }): [string, RuleTags] => {
        const written = (key: string) => Tags.find(({ Key }) => Key === key)?.Value;
        const restingTag = written(RESTING_TAG);
        const keptBy = keepersOf(Tags.map(({ Key = '', Value = '' }) => [Key, Value] as const));
        const resting = restingSide(traffic, restingTag);
        return [ResourceArn, { managed: written(MANAGED_TAG), restingTag, resting, keptBy }];
      }),
    );
  });
