/** The Router on Elastic Load Balancing: reads listener rules, and sets the weights of one with ModifyRule, never with ModifyListener. */
import { setTimeout } from 'node:timers/promises';
import {
  type Action,
  type ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { Fault, isFault } from '../controller/fault.ts';
import type { Router, RuleReading, RuleWrite } from '../controller/ports.ts';
import { assert } from '../plan/assert.ts';
import { type Deadline, outside } from './outside.ts';
import { withResting } from './resting-tags.ts';
import { readRule, type Seen, type Traffic } from './rule-reading.ts';
import { type Found, findRule, findRules, rulesRead } from './rule-search.ts';
import { type Form, rewritten } from './rule-writing.ts';

type Weighted = Extract<RuleReading, { readonly kind: 'weighted' }>;

/** What a write needs of its surroundings. */
interface Asking {
  readonly client: ElasticLoadBalancingV2Client;
  readonly deadline: Deadline;
  readonly pause: () => Promise<void>;
}

/**
 * @param read may ask for other rollouts' rules in the same call; what is to be written is always asked for alone
 * @param pause before what was throttled is asked again; by chance, since several rules are written at once
 */
export const routerOf = (
  client: ElasticLoadBalancingV2Client,
  deadline: Deadline,
  read = rulesRead(client, deadline),
  pause = (): Promise<void> => setTimeout(200 + 400 * Math.random()),
): Router => {
  const alone = rulesRead(client, deadline);
  return {
    read: async (plan, tags) => {
      const rules = await findRules(read, alone, plan.traffic.rules);
      const readings = plan.traffic.rules.map((arn, index) => readingOf(plan.traffic, arn, rules[index]));
      return tags ? withResting(client, deadline, plan.traffic, readings) : readings;
    },

    setWeight: async (plan, write) => {
      assert(plan.traffic.rules.includes(write.rule), 'only rules of the plan are written');
      const operation = `set the weight of ${write.rule}`;
      const asking = { client, deadline, pause };
      const rule = await insist(asking, write, () => findRule(alone, write.rule));
      if (isFault(rule)) return rule;
      if (rule === 'gone') return new Fault('NOT_FOUND', operation);
      const live = readRule(plan.traffic, write.rule, rule.Actions ?? []);
      if (live.kind === 'foreign') return new Fault('REFUSED', `${operation}, which has ${live.found}`);
      // ELBv2 has no conditional write, so this look just before the write is as near as one can get.
      if (isRaise(live, write) && live.weight !== write.from) return 'changed';
      return writeInTurn(asking, plan.traffic, { write, live, actions: rule.Actions ?? [], operation });
    },
  };
};

const ASKED_AT_MOST = 3;

/**
 * A way back that AWS only has no time for is asked again soon, since the next tick is a minute away. It is not written over what the tick
 * read before instead: ModifyRule replaces all actions, and would undo what somebody has changed in the meantime.
 */
const insist = async <T>(
  { deadline, pause }: Asking,
  { rollback }: RuleWrite,
  ask: () => Promise<T | Fault>,
): Promise<T | Fault> => {
  for (let asked = 1; ; asked++) {
    const answer = await ask();
    if (!rollback || asked === ASKED_AT_MOST || !isFault(answer) || answer.code !== 'THROTTLED') return answer;
    if (deadline.signal.aborted) return answer;
    await pause();
  }
};

/** Above what is there, or above what was there: both rest on `from` being true still. Without a `from` nothing rises. */
const isRaise = (live: Weighted, { weight, from }: RuleWrite): boolean =>
  weight > live.weight || (from !== null && weight > from);

const readingOf = (traffic: Traffic, rule: string, found: Found | undefined): RuleReading => {
  if (found === undefined || found === 'gone') return { rule, kind: 'gone' };
  if (isFault(found)) return { rule, kind: 'unreadable', fault: found };
  return readRule(traffic, rule, found.Actions ?? []);
};

interface Job {
  readonly write: RuleWrite;
  readonly live: Weighted;
  readonly actions: readonly Action[];
  readonly operation: string;
}

/**
 * A rollback's second form follows at once where the first is refused. AWS refuses rule stickiness off while a target group has stickiness
 * of its own: at weight 0 the baseline takes everything alone; above 0 stickiness stays as it is, so that at least the weight falls. A rule
 * with both groups that is not sticky has none with stickiness of its own: AWS refuses that, too (docs/decisions/0007-on-aws.md).
 */
const formsOf = ({ write, live }: Job): readonly Form[] => {
  if (!write.rollback) return ['asRead'];
  if (write.weight === 0) return ['unsticky', 'baselineAlone'];
  return live.sticky ? ['unsticky', 'asRead'] : ['unsticky'];
};

const writeInTurn = async (asking: Asking, traffic: Traffic, job: Job): Promise<'written' | Fault> => {
  const [first, second] = formsOf(job);
  assert(first !== undefined, 'there is a form to write');
  const outcome = await writeForm(asking, traffic, job, first);
  // NOT_FOUND may mean the candidate's group, which the baseline alone does without.
  const isRefused = isFault(outcome) && (outcome.code === 'REFUSED' || outcome.code === 'NOT_FOUND');
  return isRefused && second !== undefined ? writeForm(asking, traffic, job, second) : outcome;
};

const writeForm = async (
  asking: Asking,
  traffic: Traffic,
  { write, live, actions, operation }: Job,
  form: Form,
): Promise<'written' | Fault> => {
  const meant = rewritten(traffic, actions, write.weight, form);
  const answer = await insist(asking, write, () =>
    outside(operation, asking.deadline, (options) =>
      asking.client.send(new ModifyRuleCommand({ RuleArn: write.rule, Actions: meant }), options),
    ),
  );
  if (isFault(answer)) return answer;
  const back = answer.Rules?.find(({ RuleArn }) => RuleArn === write.rule)?.Actions;
  if (back === undefined) return new Fault('UNREADABLE', `${operation}: the answer does not show the rule`);
  const seen = readRule(traffic, write.rule, back);
  const isMeant =
    seen.kind === 'weighted' &&
    seen.weight === write.weight &&
    seen.sticky === (form === 'asRead' && live.sticky) &&
    kindsOf(back) === kindsOf(meant);
  return isMeant ? 'written' : new Fault('REFUSED', `${operation}: it was written and now has ${inWords(seen, back)}`);
};

const kindsOf = (actions: readonly Action[]): string =>
  actions
    .toSorted((one, other) => (one.Order ?? 0) - (other.Order ?? 0))
    .map(({ Type }) => Type)
    .join(', ');

const inWords = (seen: Seen, actions: readonly Action[]): string =>
  seen.kind === 'foreign'
    ? seen.found
    : `weight ${seen.weight} %, stickiness ${seen.sticky ? 'on' : 'off'} and the actions ${kindsOf(actions)}`;
