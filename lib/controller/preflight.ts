import { feasibilityOf, shortfallOf } from '../judge/feasibility.ts';
import { type DayBefore, UNKNOWN_DAY } from '../judge/verdict.ts';
import { MINUTE_MS } from '../plan/duration.ts';
import type { Plan } from '../plan/plan.ts';
import type { AlarmState, GroupHealth, Preflight, RuleReading } from '../rollout/evidence.ts';
import { isFault } from './fault.ts';
import type { GroupFacts, World } from './ports.ts';

/** The baseline's metrics must have flowed in this time. */
const FLOW_MINUTES = 15;

export interface Seen {
  readonly now: number;
  readonly rules: readonly RuleReading[];
  readonly alarms: readonly AlarmState[] | null;
  readonly health: { readonly candidate: GroupHealth | null; readonly baseline: GroupHealth | null };
  readonly recorded: boolean;
  readonly incidents: readonly string[];
}

/** Asks everything that must hold before the first request reaches the candidate. What cannot be read is a problem, not a pass. */
export const preflight = async (world: World, plan: Plan, seen: Seen): Promise<Preflight> => {
  const { traffic } = plan;
  const [candidate, baseline, day, flow] = await Promise.all([
    world.targets.facts(traffic.candidate),
    world.targets.facts(traffic.baseline),
    world.metrics.dayBefore(plan, seen.now),
    seen.recorded ? [] : flowProblems(world, plan, seen.now),
  ]);
  const dayBefore = isFault(day) ? UNKNOWN_DAY : day;
  const problems = [
    ...seen.rules.flatMap(ruleProblems),
    ...groupProblems('candidate', candidate, plan),
    ...groupProblems('baseline', baseline, plan),
    ...incidentProblems(plan, seen),
    ...flow,
    ...(isFault(day) ? [`the baseline's day before cannot be read (${day.code})`] : hopelessCriteria(plan, day)),
  ];
  const sticky = [candidate, baseline].some((facts) => !isFault(facts) && facts.targetStickiness);
  const notes = [...seen.rules.map((rule) => rollbackForm(rule, sticky)), ...shortfalls(plan, dayBefore)];
  return { problems, notes, dayBefore };
};

const ruleProblems = (reading: RuleReading): readonly string[] => {
  switch (reading.kind) {
    case 'gone':
      return [`rule ${reading.rule} does not exist`];
    case 'foreign':
      return [`rule ${reading.rule} must forward to the plan's two target groups only; it has ${reading.found}`];
    case 'unreadable':
      return [`rule ${reading.rule} cannot be read (${reading.fault.code})`];
    case 'weighted':
      return [
        ...(reading.weight === 0
          ? []
          : [`rule ${reading.rule} must send everything to the baseline; the candidate has ${reading.weight} %`]),
        ...(reading.resting === 'candidate'
          ? [
              `rule ${reading.rule} rests on the candidate (tag sluice:resting); the plan's baseline must be the resting group`,
            ]
          : []),
      ];
  }
};

const groupProblems = (
  name: string,
  facts: GroupFacts | Awaited<ReturnType<World['targets']['facts']>>,
  plan: Plan,
): readonly string[] => {
  if (isFault(facts)) return [`the ${name}'s targets cannot be read (${facts.code})`];
  const others = facts.usedBy.filter((rule) => !plan.traffic.rules.includes(rule));
  const missing = plan.traffic.rules.filter((rule) => !facts.usedBy.includes(rule));
  return [
    ...(facts.healthy > 0
      ? []
      : [`the ${name} must have healthy targets; it has ${facts.healthy} of ${facts.registered}`]),
    ...(others.length > 0
      ? [`the ${name}'s target group must belong to no other rule; it also serves ${others.join(', ')}`]
      : []),
    ...(missing.length > 0
      ? [`the ${name}'s target group must belong to every rule of the plan; it is not in ${missing.join(', ')}`]
      : []),
  ];
};

const incidentProblems = ({ incidents }: Plan, seen: Seen): readonly string[] => {
  if (seen.alarms === null) return incidents.alarms.length === 0 ? [] : ['the alarms cannot be read'];
  const named = incidents.alarms.flatMap((name, index) => {
    const state = seen.alarms?.[index];
    if (state === 'ok') return [];
    return [state === 'alarm' ? `incident open: alarm ${name}` : `alarm ${name} does not exist or has no data`];
  });
  return [...named, ...seen.incidents.map((name) => `incident open: ${name}`)];
};

const flowProblems = async (world: World, plan: Plan, now: number): Promise<readonly string[]> => {
  const to = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  const readings = await world.metrics.read(plan, to - FLOW_MINUTES * MINUTE_MS, to, false);
  if (isFault(readings)) return [`CloudWatch cannot be read (${readings.code})`];
  const flows = readings.some(({ baseline }) => baseline !== null && baseline.requests > 0);
  return flows ? [] : [`the baseline has reported no requests for ${FLOW_MINUTES} minutes`];
};

/** A limit that the baseline itself does not keep can never be proven of a healthy candidate. */
const hopelessCriteria = (plan: Plan, day: DayBefore): readonly string[] =>
  plan.phases.flatMap(({ name, advance }) =>
    advance.flatMap(({ text, not, claim }) => {
      if (not || claim.kind !== 'share' || claim.side !== 'below' || claim.share !== 'failures') return [];
      const rate = day.failureShare;
      if (rate === null || rate < claim.limit) return [];
      return [
        `phase ${name}: "${text}" can never pass, the baseline's own rate was ${(100 * rate).toPrecision(3)} % the day before`,
      ];
    }),
  );

/** Gates that will not be decided in time at the traffic of the day before: worth knowing, and no reason not to start. */
const shortfalls = (plan: Plan, { requestsPerMinute }: DayBefore): readonly string[] => {
  if (requestsPerMinute === null) return [];
  const phases = feasibilityOf(
    plan,
    plan.phases.map(() => requestsPerMinute),
  );
  return phases.flatMap((phase) =>
    shortfallOf(phase).map(
      ({ text, needed, expectedExtended }) =>
        `phase ${phase.name}: "${text}" needs ${needed ?? 'more'} requests, about ${Math.round(expectedExtended ?? 0)} will come with all extensions`,
    ),
  );
};

const rollbackForm = ({ rule }: RuleReading, targetSticky: boolean): string =>
  targetSticky
    ? `rule ${rule}: a rollback forwards to the baseline alone, since a target group has target-level stickiness`
    : `rule ${rule}: a rollback writes both groups with weight 0 and rule stickiness off`;
