import type { Check } from '../../lib/aws/request.ts';
import { isFault } from '../../lib/controller/fault.ts';
import { counted, fail, lineOf, type Part, pass, problemsOf, unknown, warn } from './preflight-lines.ts';
import type { Look } from './preflight-look.ts';

/** The rules themselves: what they forward to, and what their tags say. */
export const ruleChecks = (look: Look): readonly Check[] => [
  lineOf('listener rules', or(forwards(look), each(look, "forwards to the plan's two target groups only"))),
  lineOf('resting side', or(resting(look), each(look, 'rests on the baseline (tag sluice:resting)'))),
  lineOf('weights', or(weights(look), each(look, 'sends everything to the baseline'))),
  lineOf('managed tag', or(managed(look), each(look, 'has the tag sluice:managed'))),
];

const or = (parts: readonly Part[], good: string): readonly Part[] => (parts.length > 0 ? parts : [pass(good)]);

const each = ({ plan }: Look, does: string): string => {
  const { length } = plan.traffic.rules;
  return length === 1 ? `the rule ${does}` : `each of the ${length} rules ${does}`;
};

const forwards = (look: Look): readonly Part[] => [
  ...problemsOf(look, 'rules', 'let every rule of the plan forward to its two target groups, and to no other'),
  ...problemsOf(
    look,
    'logIn',
    'log in with authenticate-oidc: a user pool is an OIDC provider, and the rule keeps its secret',
  ),
  ...[look.candidate, look.baseline].flatMap((facts) => (isFault(facts) ? [unknown(facts)] : [])),
];

const weights = (look: Look): readonly Part[] => {
  const unread = look.rules.filter(({ kind }) => kind !== 'weighted').length;
  return [
    ...problemsOf(look, 'weights', 'set the weights to 100/0, by a deploy of the stack that holds the rule'),
    ...(unread === 0 ? [] : [warn(`not known for ${counted(unread, 'rule')}`, 'put the listener rules right')]),
  ];
};

const resting = (look: Look): readonly Part[] => {
  const { tags } = look.account;
  if (isFault(tags)) return [unknown(tags)];
  const untold = look.plan.traffic.rules.filter((rule) => tags.get(rule)?.resting === undefined);
  return [
    ...problemsOf(look, 'resting', 'swap baseline and candidate in the plan, or deploy the resting side first'),
    ...untold.map((rule) => {
      const tag = tags.get(rule)?.restingTag;
      const found =
        tag === undefined ? 'has no tag sluice:resting' : `has sluice:resting ${tag}, none of the two groups`;
      return warn(
        `rule ${rule} ${found}`,
        'declare the rule with RolloutRule: after the finish its tag ends the daily reminder',
      );
    }),
  ];
};

/** The stack's policies allow ModifyRule only where the tag has this value. */
const managed = ({ plan, account: { tags } }: Look): readonly Part[] => {
  if (isFault(tags)) return [unknown(tags)];
  return plan.traffic.rules.flatMap((rule) => {
    const tag = tags.get(rule)?.managed;
    if (tag === 'true') return [];
    const found = tag === undefined ? 'has no tag sluice:managed' : `has the tag sluice:managed ${tag}`;
    return [
      fail(
        `rule ${rule} ${found}: every change of its weights would be refused`,
        'tag the rule sluice:managed=true, as RolloutRule does',
      ),
    ];
  });
};
