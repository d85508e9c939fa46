import { type BusinessRow, minuteText, type Row } from '../../lib/judge/row.ts';
import type { Assessment } from '../../lib/judge/verdict.ts';
import { parsePlan } from '../../lib/plan/parse.ts';
import type { Claim, Plan } from '../../lib/plan/plan.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import type { Reason } from '../../lib/rollout/reason.ts';
import type { Hold, RolloutState } from '../../lib/rollout/rollout.ts';
import { scheduled as scheduledState } from '../../lib/rollout/scheduled.ts';

/** A short journal, written by hand: two phases, one guard of each kind, and a release that tries to break tables. */
const SOURCE = `
rollout: small
release: 'v2 | <b>bold</b> *x* \`y\`'
traffic:
  rules: [arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/learn/50dc6c495c0c9188/0467ef3c8400ae65/9683b2d02a6cabee]
  baseline: arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/old/73e2d6bc24d8a067
  candidate: arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/new/943f017f100becff
  audience: 500000 learners
start: 2025-10-31T12:00:00Z
phases:
  - { name: canary, weight: 1%, bake: 30m, checkpoints: [10m, 20m], advance: [errorRate < 1%, not revenueDelta < -3%], signOff: { roles: [engineering, product] }, checklist: [release tag exists] }
  - { name: all, weight: 100%, bake: 1h, advance: [errorRate < 1%] }
guards: [errorRate > 1.5% for 2m, revenueDelta < -5% for 10m, cpu > 85% for 3m]
metrics:
  revenue: { sum: { namespace: Learn, metric: Revenue, dimensions: { Variant: "{arm}" } } }
  gauges: { cpu: { namespace: AWS/ECS, metric: CPUUtilization, dimensions: { ServiceName: "analyzer-{arm}" } } }
leads:
  engineering: { principals: ["arn:aws:sts::123456789012:assumed-role/EngineeringLead/*"] }
  product: { principals: ["arn:aws:sts::123456789012:assumed-role/ProductLead/*"] }
operators: { principals: ["arn:aws:sts::123456789012:assumed-role/Sre/*"] }
`;

/** The plan with some lines changed. */
export const planOf = (change: (source: string) => string = (source) => source): Plan => {
  const parsed = parsePlan(change(SOURCE));
  if (!parsed.ok) throw new Error(parsed.problems.map(({ must }) => must).join('; '));
  return parsed.plan;
};

export const plan = planOf();

export const SRE = 'arn:aws:sts::123456789012:assumed-role/Sre/ann';

/** Epoch milliseconds so many minutes after the plan's start. */
export const after = (minutes: number): number => plan.start + minutes * 60_000;

export const scheduled: RolloutState = {
  ...scheduledState(plan, false, plan.start),
  rules: [{ confirmed: 0, isConfirmed: true, sticky: false }],
  healthyAtStart: { baseline: 20, candidate: 20 },
};

export const canary: RolloutState = { ...scheduled, status: 'baking', phase: 0, weight: 1, startedAt: plan.start };

export const bakedTo = (state: RolloutState, minutes: number, checkpointsDone = 0): RolloutState => ({
  ...state,
  bake: { ...state.bake, startedAt: plan.start, minutes, checkpointsDone },
});

export const entryAt = (minutes: number, reason: Reason, state: RolloutState, rest: Partial<Entry> = {}): Entry => ({
  rollout: plan.rollout,
  revision: 0,
  previous: '',
  at: new Date(after(minutes)).toISOString(),
  cause: { by: 'schedule' },
  rows: [],
  businessRows: [],
  decision: { decision: 'wait', reason },
  notices: [],
  state,
  ...rest,
});

export const commandBy = (command: string, actor: string, why = ''): Pick<Entry, 'cause'> => ({
  cause: { by: 'command', command, actor, why },
});

export const baking = (bakedMinutes: number): Reason => ({
  code: 'BAKING',
  bakedMinutes,
  ofMinutes: 30,
  waitingForWeight: false,
});

/** A minute at weight 1 with 100 candidate and 9,900 baseline requests. */
export const rowAt = (minutes: number, failures: number, baselineFailures = 8, weight = 1): Row => ({
  minute: minuteText(after(minutes)),
  weight,
  hosts: true,
  candidate: { requests: 100, failures, unavailable: 0, responses: 100, slow: {} },
  baseline: { requests: 9900, failures: baselineFailures, unavailable: 0, responses: 9900, slow: {} },
});

export const cpuAt = (minutes: number, cpu: number | null): BusinessRow => {
  const counts = { requests: 100, revenue: 50, orders: null, segments: {} };
  return {
    minute: minuteText(after(minutes)),
    weight: 1,
    candidate: { ...counts, gauges: { cpu } },
    baseline: { ...counts, gauges: {} },
  };
};

const ERROR_RATE: Claim = { kind: 'share', share: 'failures', side: 'below', limit: 0.01 };

export const errorRate = (verdict: Assessment['verdict'], bad = 2): Assessment => ({
  text: 'errorRate < 1%',
  metric: 'errorRate',
  claim: ERROR_RATE,
  kind: 'prove',
  verdict,
  measured: bad / 2000,
  lower: 0.0001,
  upper: 0.004,
  bad,
  requests: 2000,
  of: 'requests',
  more: verdict === 'insufficient' ? 338 : undefined,
});

export const revenue = (lower: number, upper: number): Assessment => ({
  text: 'not revenueDelta < -3%',
  metric: 'revenueDelta',
  claim: { kind: 'ratio', side: 'below', limit: -0.03 },
  kind: 'notAgainst',
  verdict: 'pass',
  measured: (lower + upper) / 2,
  lower,
  upper,
  bad: null,
  requests: 24,
  of: 'blocks',
  asymptotic: true,
});

export const holdOf = (code: Hold['code'], reason: Reason, minutes: number): Hold => ({
  code,
  since: after(minutes),
  reason,
  causeRows: 0,
  cleanRows: 0,
  told: true,
  reminders: 0,
});
