import type { Claim, Criterion, Guard, MetricSource, Phase, Plan } from '../../lib/plan/plan.ts';

/** A small plan with everything the simulator reads: two rules, five thresholds, four segments, revenue, orders and gauges. */
const source = (metric: string, settleMinutes = 3): MetricSource => ({
  namespace: 'Learn/Business',
  metric,
  statistic: 'Sum',
  dimensions: {},
  missing: 'unknown',
  settleMinutes,
});

const criterion = (text: string, metric: string, claim: Claim): Criterion => ({ text, metric, not: false, claim });
const slow = (ms: number): Criterion =>
  criterion(`latencyP99 < ${ms}ms`, 'latencyP99', { kind: 'share', share: `slow:${ms}ms`, side: 'below', limit: 0.01 });

const phase = (name: string, weight: number, bakeMinutes: number): Phase => ({
  name,
  weight,
  bakeMinutes,
  checkpointMinutes: [],
  daily: false,
  advance: [slow(200), slow(20), slow(10), slow(400)],
  onFail: 'hold',
  onTrip: 'hold',
  extendUpToMinutes: 2 * bakeMinutes,
  signOff: { roles: ['engineering', 'product'], auto: [] },
  advanceAfterMinutes: 0,
  passInARow: 0,
  warmUpMinutes: 3,
  checklist: [{ item: 'release tag exists', required: true }],
});

const guards: readonly Guard[] = [
  {
    text: 'latencyP99 > 250ms for 5m',
    metric: 'latencyP99',
    claim: { kind: 'share', share: 'slow:250ms', side: 'above', limit: 0.01 },
    forMinutes: 5,
    proof: 'proven',
    inSharedOutage: 'hold',
  },
  {
    text: 'cpu > 85% for 10m',
    metric: 'cpu',
    claim: { kind: 'gauge', gauge: 'cpu', side: 'above', limit: 85 },
    forMinutes: 10,
    proof: 'none',
    inSharedOutage: 'hold',
  },
];

const lead = (name: string) => ({ slack: [], principals: [`arn:aws:sts::123456789012:assumed-role/${name}Lead/*`] });

export const RULES = ['rule-1', 'rule-2'] as const;

export const planFixture: Plan = {
  rollout: 'fixture',
  release: 'v1',
  mode: 'release',
  traffic: {
    rules: RULES,
    baseline: 'group-old',
    candidate: 'group-new',
    names: { baseline: 'old', candidate: 'new' },
  },
  start: Date.parse('2025-10-31T12:00:00Z'),
  startWithinMinutes: 60,
  lateByMinutes: 240,
  after: [],
  zone: 'UTC',
  windows: [],
  freezes: [],
  phases: [phase('canary', 1, 120), phase('ramp', 10, 240)],
  guards,
  regressionWatch: { falseRollbacks: 0.01, onSticky: 'hold' },
  metrics: {
    revenue: { sum: source('Revenue'), orders: source('Orders', 5) },
    segments: {
      dimension: 'LearnerSegment',
      values: ['k12', 'university', 'professional', 'enterprise'],
      requests: source('Requests'),
      failures: source('Failures'),
    },
    gauges: { cpu: source('CPUUtilization'), memory: source('MemoryUtilization') },
  },
  show: [],
  incidents: { alarms: ['critical'] },
  healthyTargets: {},
  availability: 'answered',
  signOffWithinMinutes: 1440,
  separationOfDuty: false,
  holdForMinutes: 1440,
  pace: 'full',
  leads: { engineering: lead('Engineering'), product: lead('Product') },
  operators: { slack: [], principals: ['arn:aws:sts::123456789012:assumed-role/Sre/*'] },
  notify: {},
};
