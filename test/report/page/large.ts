/** The largest rollout that a page is promised for: 14 days, 20 phases, 4 segments, with a hold and a command every few hours. */
import { minuteText } from '../../../lib/judge/row.ts';
import type { Assessment } from '../../../lib/judge/verdict.ts';
import { parsePlan } from '../../../lib/plan/parse.ts';
import type { Claim, Plan } from '../../../lib/plan/plan.ts';
import { addEntry, emptyLedger, type Ledger } from '../../../lib/report/ledger.ts';
import type { Cause, Decision, Entry } from '../../../lib/rollout/entry.ts';
import type { Reason } from '../../../lib/rollout/reason.ts';
import type { RolloutState } from '../../../lib/rollout/rollout.ts';
import { scheduled } from '../../../lib/rollout/scheduled.ts';

const PHASES = 20;
const PHASE_MINUTES = 1008;
const LOOK_MINUTES = 60;
const SEGMENTS = ['k12', 'university', 'professional', 'enterprise'];
const CRITERIA = [
  'errorRate < 1%',
  'latencyP99 < 200ms',
  'latencyP95 < 150ms',
  'availability > 99.9%',
  'not segmentErrorRatio > 2',
];

const SOURCE = `
rollout: large
release: v3
traffic:
  rules: [arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/learn/50dc6c495c0c9188/0467ef3c8400ae65/9683b2d02a6cabee]
  baseline: arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/old/73e2d6bc24d8a067
  candidate: arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/new/943f017f100becff
start: 2025-10-31T12:00:00Z
phases:
${Array.from({ length: PHASES }, (_, phase) => `  - { name: phase-${phase + 1}, weight: ${4 * (phase + 1)}%, bake: 16h, checkpoints: [${Array.from({ length: 15 }, (__, hour) => `${hour + 1}h`).join(', ')}], advance: [${CRITERIA.join(', ')}] }`).join('\n')}
guards: [errorRate > 1.5% for 2m, latencyP99 > 250ms for 5m]
metrics:
  segments:
    dimension: Segment
    values: [${SEGMENTS.join(', ')}]
    requests: { namespace: Learn, metric: Requests, dimensions: { Variant: "{arm}", Segment: "{segment}" } }
    failures: { namespace: Learn, metric: Failures, dimensions: { Variant: "{arm}", Segment: "{segment}" } }
operators: { principals: ["arn:aws:sts::123456789012:assumed-role/Sre/*"] }
`;

const planOf = (): Plan => {
  const parsed = parsePlan(SOURCE);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ must }) => must).join('; '));
  return parsed.plan;
};

const CLAIM: Claim = { kind: 'share', share: 'failures', side: 'below', limit: 0.01 };

const assessed = (minute: number): readonly Assessment[] =>
  CRITERIA.map((text) => ({
    text,
    metric: 'errorRate',
    claim: CLAIM,
    kind: 'prove',
    verdict: 'pass',
    measured: 0.000812345 + minute / 1e9,
    lower: 0.00012345,
    upper: 0.00234567,
    bad: minute,
    requests: 1000 * minute,
    of: 'requests',
  }));

const SRE = 'arn:aws:sts::123456789012:assumed-role/Sre/somebody-with-a-long-name@example.org';

/** What is decided in a minute: every hour a checkpoint, every four a hold by an operator, and its end. */
const decided = (minute: number): { readonly decision: Decision; readonly cause: Cause } => {
  const cause: Cause = { by: 'schedule' };
  const by = (kind: Decision['decision'], reason: Reason) => ({ decision: { decision: kind, reason }, cause });
  const why = 'the cache of the catalogue is being rebuilt, and everybody would rather not look at two things at once';
  if (minute % PHASE_MINUTES === 0) return by('advance', { code: 'STARTED', weight: 4, from: 0 });
  if (minute % 240 === 100)
    return {
      ...by('hold', { code: 'OPERATOR', actor: SRE, why }),
      cause: { by: 'command', command: 'hold', actor: SRE, why },
    };
  if (minute % 240 === 130) return by('resume', { code: 'COMMANDED', command: 'resume', actor: SRE, why });
  if (minute % LOOK_MINUTES === 0)
    return by('wait', {
      code: 'CHECKPOINT',
      checkpoint: `${minute}m`,
      assessments: assessed(minute),
      lastDay: assessed(minute),
    });
  return by('wait', { code: 'BAKING', bakedMinutes: minute % PHASE_MINUTES, ofMinutes: 960, waitingForWeight: false });
};

const entryOf = (plan: Plan, begin: RolloutState, minute: number): Entry => {
  const phase = Math.floor(minute / PHASE_MINUTES);
  const weight = 4 * (phase + 1);
  const at = plan.start + 60_000 * minute;
  const requests = 10_000 + (minute % 97) * 13;
  const counts = (share: number) => {
    const count = Math.round(requests * share);
    return {
      requests: count,
      failures: count / 1234,
      unavailable: 0,
      responses: count,
      slow: { '150ms': count / 345.6, '200ms': count / 987.6, '250ms': count / 4321 },
    };
  };
  const business = (share: number) => ({
    requests: requests * share,
    revenue: null,
    orders: null,
    gauges: {},
    segments: Object.fromEntries(
      SEGMENTS.map((name) => [name, { requests: (requests * share) / 4.1, failures: minute % 7 }]),
    ),
  });
  const inPhase = minute % PHASE_MINUTES;
  const bake = {
    ...begin.bake,
    startedAt: at - 60_000 * inPhase,
    minutes: inPhase,
    checkpointsDone: Math.floor(inPhase / LOOK_MINUTES),
  };
  const row = { minute: minuteText(at - 240_000), weight };
  return {
    rollout: 'large',
    revision: minute,
    previous: '',
    at: new Date(at).toISOString(),
    rows: [{ ...row, hosts: true, candidate: counts(weight / 100), baseline: counts(1 - weight / 100) }],
    businessRows: [{ ...row, candidate: business(weight / 100), baseline: business(1 - weight / 100) }],
    ...decided(minute),
    notices: [],
    state: { ...begin, status: 'baking', phase, weight, bake, startedAt: plan.start },
  };
};

export const largeLedger = (): Ledger => {
  const plan = planOf();
  const ledger = emptyLedger(plan);
  const begin: RolloutState = {
    ...scheduled(plan, false, plan.start),
    rules: [{ confirmed: 0, isConfirmed: true, sticky: false }],
  };
  for (let minute = 0; minute < PHASES * PHASE_MINUTES; minute++) addEntry(ledger, entryOf(plan, begin, minute), 4000);
  return ledger;
};
