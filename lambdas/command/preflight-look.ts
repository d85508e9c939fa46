import type { AccountFacts, ReadAccount } from '../../lib/aws/preflight-account.ts';
import { type Fault, isFault } from '../../lib/controller/fault.ts';
import type { AlarmState, GroupFacts, MinuteReading, RuleReading, World } from '../../lib/controller/ports.ts';
import { type Finding, FLOW_MINUTES, findingsOf } from '../../lib/controller/preflight-findings.ts';
import { needsOf } from '../../lib/judge/needs.ts';
import type { DayBefore } from '../../lib/judge/verdict.ts';
import { MINUTE_MS } from '../../lib/plan/duration.ts';
import type { Plan } from '../../lib/plan/plan.ts';

/** All that the checklist knows. */
export interface Look {
  readonly plan: Plan;
  readonly rules: readonly RuleReading[];
  readonly alarms: readonly AlarmState[] | Fault;
  readonly candidate: GroupFacts | Fault;
  readonly baseline: GroupFacts | Fault;
  readonly day: DayBefore | Fault;
  /** As far back as a metric of the plan may be late; with the plan's own metrics. */
  readonly readings: readonly MinuteReading[] | Fault;
  readonly account: AccountFacts;
  /** What the tick that starts the rollout would find of the same facts. */
  readonly findings: readonly Finding[];
}

/** Asks everything at the same time; nothing is changed. */
export const look = async (world: World, readAccount: ReadAccount, plan: Plan): Promise<Look> => {
  const { traffic } = plan;
  const now = world.clock.now();
  const to = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  const from = to - (FLOW_MINUTES + needsOf(plan).businessSettleMinutes) * MINUTE_MS;
  const [readRules, alarms, candidate, baseline, day, readings, account] = await Promise.all([
    world.router.read(plan, false),
    world.alarms.states(plan.incidents.alarms),
    world.targets.facts(traffic.candidate),
    world.targets.facts(traffic.baseline),
    world.metrics.dayBefore(plan, now),
    world.metrics.read(plan, from, to, true),
    readAccount(plan),
  ]);
  const rules = withResting(readRules, account);
  const around = { rules, alarms: isFault(alarms) ? null : alarms, incidents: [] };
  const flow = isFault(readings) ? readings : readings.slice(-FLOW_MINUTES);
  const findings = findingsOf(plan, around, { candidate, baseline, day, readings: flow });
  return { plan, rules, alarms, candidate, baseline, day, readings, account, findings };
};

/** The tags are read once, beside the rules: the router would keep a fault there to itself. */
const withResting = (rules: readonly RuleReading[], { tags }: AccountFacts): readonly RuleReading[] =>
  rules.map((reading) =>
    reading.kind === 'weighted' && !isFault(tags) ? { ...reading, resting: tags.get(reading.rule)?.resting } : reading,
  );
