/** Builds situations for the policy's tests: the seed plan, and a state that can be bent. */
import { readFileSync } from 'node:fs';
import { beginBake, initialJudge } from '../../lib/judge/judge.ts';
import { type Assessment, type GuardTrip, type Trip, UNKNOWN_DAY, type WatchTrip } from '../../lib/judge/verdict.ts';
import { parsePlan } from '../../lib/plan/parse.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { freshBake } from '../../lib/rollout/apply.ts';
import type { Evidence } from '../../lib/rollout/evidence.ts';
import { beginHold, type HoldReason } from '../../lib/rollout/holds.ts';
import type { Rollback, RolloutState, SignOff } from '../../lib/rollout/rollout.ts';
import { scheduled } from '../../lib/rollout/scheduled.ts';
import type { Situation } from '../../lib/rollout/situation.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export const seedSource = readFileSync('examples/ultra-fast-analyzer.yaml', 'utf8');

export const planOf = (source: string): Plan => {
  const parsed = parsePlan(source);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.plan;
};

export const seedPlan = planOf(seedSource);
const [rule = ''] = seedPlan.traffic.rules;

/** The seed plan with a second rule of the same listener. */
export const twoRulesPlan = planOf(seedSource.replace(rule, `${rule}, ${rule.slice(0, -1)}f`));

export const principal = (role: string): string => `arn:aws:sts::123456789012:assumed-role/${role}/test`;
export const operator = principal('Sre');

/** 90 minutes into the canary, all quiet. */
export const NOW = seedPlan.start + 90 * MINUTE;

export const stateOf = (phase: number, change: Partial<RolloutState> = {}, plan: Plan = seedPlan): RolloutState => {
  const weight = plan.phases[phase]?.weight ?? 0;
  const bare: RolloutState = {
    ...scheduled(plan, false, NOW),
    status: phase < 0 ? 'scheduled' : 'baking',
    phase,
    weight,
    roseAt: phase < 0 ? null : plan.start,
    weightBefore: plan.phases[phase - 1]?.weight ?? 0,
    rules: plan.traffic.rules.map(() => ({ confirmed: weight, isConfirmed: true, sticky: false })),
    ticked: plan.phases.flatMap(({ name, checklist }) => checklist.map(({ item }) => `${name}/${item}`)),
    healthyAtStart: { baseline: 20, candidate: 20 },
    next: { row: NOW - 3 * MINUTE, business: NOW - 5 * MINUTE },
    judge: beginBake(plan, initialJudge(plan, UNKNOWN_DAY), Math.max(0, phase), { rise: true, restarts: 0 }),
    startedAt: phase < 0 ? null : plan.start,
  };
  const baking =
    phase < 0 ? bare : { ...bare, bake: { ...freshBake(plan, bare, 0), startedAt: plan.start + MINUTE, minutes: 85 } };
  return { ...baking, ...change };
};

export const evidenceOf = (weight: number, change: Partial<Evidence> = {}): Evidence => ({
  now: NOW,
  rows: [],
  businessRows: [],
  more: false,
  unsettled: { rows: [], business: [] },
  metricsFault: null,
  rules: [{ rule, kind: 'weighted', weight, sticky: false }],
  health: { candidate: { healthy: 20, registered: 20 }, baseline: { healthy: 20, registered: 20 } },
  alarms: ['ok'],
  preflight: null,
  after: [],
  ...change,
});

export interface Change {
  readonly state?: Partial<RolloutState>;
  readonly evidence?: Partial<Evidence>;
  readonly live?: number;
  readonly plan?: Plan;
}

/** A situation in `phase` (−1: scheduled), live at the recorded weight unless told otherwise. */
export const situationOf = (
  phase: number,
  change: Change & Partial<Pick<Situation, 'failed' | 'checkpoint'>> & { readonly trip?: Trip } = {},
): Situation => {
  const plan = change.plan ?? seedPlan;
  const state = stateOf(phase, change.state, plan);
  return {
    plan,
    state,
    evidence: evidenceOf(change.live ?? state.weight, change.evidence),
    trips: change.trip === undefined ? [] : [change.trip],
    failed: change.failed ?? null,
    checkpoint: change.checkpoint ?? null,
  };
};

export const theRule = rule;

export const holdOf = (reason: HoldReason, since = NOW - HOUR) => beginHold(reason, since, true);

export const go = (role: string, at = NOW - 10 * MINUTE): SignOff => ({
  role,
  answer: 'GO',
  actor: principal(role),
  at,
});

export const FOUR_GO = ['engineering', 'operations', 'product', 'finance'].map((role) => go(role));

const claim = { kind: 'share', share: 'failures', side: 'above', limit: 0.015 } as const;

export const guardTrip: GuardTrip = {
  kind: 'guard',
  guard: 0,
  text: 'errorRate > 1.5% for 2m',
  claim,
  measured: 0.041,
  bad: 10,
  requests: 243,
  baselineMeasured: 0.0008,
  log10Evidence: 2.4,
  minute: '2025-10-31T13:20Z',
  sinceMinute: '2025-10-31T13:18Z',
};

export const watchTrip: WatchTrip = {
  kind: 'watch',
  metric: 'failures',
  bet: 'share',
  log10Wealth: 2.2,
  minute: '2025-10-31T13:20Z',
  sinceMinute: '2025-10-31T13:15Z',
  minutes: 6,
  requests: 720,
  events: 18,
  baselineRequests: 71_280,
  baselineEvents: 300,
  atLeastTimes: 2.2,
  falseRollbacks: 0.01,
};

/** A way back that was decided now, from 10 %, of which nothing is seen yet. */
export const rollbackOf = (change: Partial<Rollback> = {}): Rollback => ({
  decidedAt: NOW,
  reason: { code: 'GUARD_TRIPPED', trip: guardTrip },
  faultBeganAt: null,
  fromWeight: 10,
  verifiedAt: null,
  lastRequestMinute: null,
  quietRows: 0,
  tailRequests: 0,
  pagedAt: NOW,
  ...change,
});

export const failedCriterion: Assessment = {
  text: 'errorRate < 1%',
  metric: 'errorRate',
  claim: { kind: 'share', share: 'failures', side: 'below', limit: 0.01 },
  kind: 'prove',
  verdict: 'fail',
  measured: 0.03,
  lower: 0.02,
  upper: 0.045,
  bad: 36,
  requests: 1200,
  of: 'requests',
};
