/** One rollout of the torture, as plain data: everything that happens follows from it. Drawn from a seed, shrunk, and kept as a file. */
import { type Generator, stream, uniform } from '../../lib/sim/random.ts';

/** What a call of a port suffers. `refused` and `throttled`: it had no effect; `timedOut`: it had, and the answer is lost; `stale`: the answer is an old one. */
export type CallTrouble = 'refused' | 'throttled' | 'timedOut' | 'stale';

export type Suffering =
  | { readonly kind: 'call'; readonly port: Port; readonly how: CallTrouble }
  /** The process dies at one of its calls. */
  | { readonly kind: 'death' }
  /** Each call takes up to so long, before its effect and after it: whoever is awake meanwhile comes in between. */
  | { readonly kind: 'slowness'; readonly seconds: number }
  /**
   * One call stands still for up to so long, and goes on as if nothing had happened. Lambda ends a tick after half a minute; what AWS does late with
   * a request that it was sent comes on top.
   */
  | { readonly kind: 'pause'; readonly port: Port; readonly minutes: number }
  | { readonly kind: 'wakeUp'; readonly how: 'lost' | 'doubled' }
  | { readonly kind: 'lateWakeUp'; readonly minutes: number }
  /** Somebody deletes the minute schedule, once. */
  | { readonly kind: 'scheduleDeleted' }
  | { readonly kind: 'noWatchdog' }
  /** The clocks of two machines differ. */
  | { readonly kind: 'clock'; readonly seconds: number };

const PORTS = [
  'journal.head',
  'journal.append',
  'journal.plan',
  'journal.claim',
  'journal.free',
  'metrics.read',
  'router.read',
  'router.setWeight',
  'targets.health',
  'alarms.states',
  'wakeUps.set',
  'announcements.publish',
  'announced.has',
  'announced.mark',
  '*',
] as const;
type Port = (typeof PORTS)[number];

export interface Trouble {
  /** Of its stream of chance: the draws of one do not move when another is left out. */
  readonly id: number;
  /** Minutes after the plan's start. */
  readonly from: number;
  readonly to: number;
  /** Of each call, wake-up or process. */
  readonly chance: number;
  readonly what: Suffering;
}

export interface Order {
  /** Minutes after the plan's start. */
  readonly at: number;
  readonly ask: 'hold' | 'resume' | 'advance' | 'rollBack' | 'close' | 'openIncident' | 'closeIncident' | 'noGo';
  /** Somebody gives it whom the plan does not know. */
  readonly byStranger?: true;
}

export interface TortureCase {
  readonly seed: number;
  /** The plan as an operator writes it; JSON is YAML. */
  readonly plan: Readonly<Record<string, unknown>>;
  readonly requestsPerMinute: number;
  /** What candidate, baseline, CloudWatch and people's hands do, in the words of `rehearse --fault`. */
  readonly behaviours: readonly string[];
  readonly troubles: readonly Trouble[];
  readonly orders: readonly Order[];
  readonly answers: 'given' | 'none' | 'no-go';
  /** After the troubles an operator ends the holds that wait for one. */
  readonly isAttended: boolean;
  /** Ticks that wait rest on the health of some minutes ago (docs/scale.md). */
  readonly isTogether: boolean;
  /** Minute after the plan's start from which on nothing is disturbed any more; what is wrong with the release stays so. */
  readonly quietFrom: number;
}

const ARN = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:';
const ALARM = 'arn:aws:cloudwatch:eu-central-1:123456789012:alarm:checkout-down';
const OPERATORS = 'arn:aws:sts::123456789012:assumed-role/ShopTeam/*';
/** One rollout in so many lasts over days. */
const LONG_ONE_IN = 1000;

/** Draws by name, so that a new one does not move the others. */
class Draw {
  readonly #generator: Generator;
  constructor(seed: number, name: string) {
    this.#generator = stream(seed, name);
  }
  chance(share: number): boolean {
    return uniform(this.#generator) < share;
  }
  /** A whole number, both ends included. */
  whole(least: number, most: number): number {
    return least + Math.floor(uniform(this.#generator) * (most - least + 1));
  }
  of<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.whole(0, choices.length - 1)] ?? choices[0];
  }
}

export const drawCase = (seed: number): TortureCase => {
  const isLong = seed % LONG_ONE_IN === 0;
  const plan = drawPlan(new Draw(seed, 'plan'), isLong);
  const draw = new Draw(seed, 'world');
  const minutes = plan.minutes;
  const quietFrom = draw.whole(15, Math.max(20, minutes));
  const business = drawBusiness(new Draw(seed, 'business'), quietFrom);
  return {
    seed,
    plan: business === null ? plan.written : withBusiness(plan.written, business),
    requestsPerMinute: draw.of([200, 2000, 2000, 20_000]),
    behaviours: [
      ...drawBehaviours(new Draw(seed, 'behaviours'), quietFrom, plan.rules),
      ...(business?.behaviours ?? []),
    ],
    troubles: drawTroubles(new Draw(seed, 'troubles'), quietFrom),
    orders: drawOrders(new Draw(seed, 'orders'), quietFrom),
    answers: draw.of(['given', 'given', 'given', 'none', 'no-go']),
    isAttended: draw.chance(0.6),
    isTogether: draw.chance(0.3),
    quietFrom,
  };
};

interface DrawnPlan {
  readonly written: Written;
  readonly minutes: number;
  readonly rules: number;
}

const drawPlan = (draw: Draw, isLong: boolean): DrawnPlan => {
  const rules = draw.of([1, 1, 2, 3]);
  const isTwin = draw.chance(0.04);
  const weights = [draw.of([1, 5, 10, 25]), draw.of([30, 50]), isTwin ? 60 : 100];
  const phases = weights.slice(isTwin ? 1 : draw.whole(0, 1), draw.whole(2, 3)).map((weight, index) => {
    const bake = isLong ? draw.whole(300, 1500) : draw.whole(5, 14);
    return {
      name: `phase-${index + 1}`,
      weight: `${weight}%`,
      bake: `${bake}m`,
      warmUp: `${draw.whole(0, 2)}m`,
      extendUpTo: `${bake + draw.whole(5, 15)}m`,
      advance: ['errorRate < 2%', ...(draw.chance(0.2) ? ['noIncidents'] : [])],
      ...(draw.chance(0.2) ? { onFail: 'rollBack' } : {}),
      ...(draw.chance(0.2) ? { signOff: { roles: ['engineering'] } } : {}),
      ...(draw.chance(0.2) ? { checkpoints: ['2m', '4m'], passInARow: draw.whole(0, 2) } : {}),
      ...(draw.chance(0.1) ? { advanceAfter: '5m' } : {}),
      ...(draw.chance(0.1) ? { checklist: [{ item: 'backup made', required: true }] } : {}),
    };
  });
  const written = {
    rollout: 'torture',
    release: '1.0.0',
    ...(isTwin ? { mode: 'aa' } : {}),
    start: '2026-02-03T10:00Z',
    holdFor: draw.of(['20m', '24h']),
    signOffWithin: draw.of(['20m', '24h']),
    traffic: {
      rules: Array.from(
        { length: rules },
        (_, index) => `${ARN}listener-rule/app/shop/6e1f0a2b/1a2b3c4d/9c0d1e2${index}`,
      ),
      baseline: `${ARN}targetgroup/shop-blue/0123456789abcdef`,
      candidate: `${ARN}targetgroup/shop-green/fedcba9876543210`,
    },
    phases,
    guards: ['errorRate > 3% for 2m', ...(draw.chance(0.2) ? ['latencyP99 > 500ms for 3m'] : [])],
    ...(draw.chance(0.7) ? { regressionWatch: { off: 'the torture is about the controller' } } : {}),
    incidents: { alarms: [ALARM] },
    operators: { principals: [OPERATORS] },
    leads: { engineering: { principals: [OPERATORS] } },
  };
  return { written, rules, minutes: phases.length * (isLong ? 900 : 14) };
};

interface DrawnBusiness {
  readonly metrics: object;
  /** Of every phase, beside its own. */
  readonly advance: readonly string[];
  readonly guards: readonly string[];
  readonly behaviours: readonly string[];
}

/** Revenue, segments and a gauge, which settle later than traffic does; null: the plan has none. */
const drawBusiness = (draw: Draw, quietFrom: number): DrawnBusiness | null => {
  if (!draw.chance(0.1)) return null;
  const settle = `${draw.of([3, 5, 10])}m`;
  const metric = (name: string, missing: string) => ({
    namespace: 'Shop',
    metric: name,
    dimensions: { Variant: '{arm}', ...(name.startsWith('Segment') ? { Segment: '{segment}' } : {}) },
    settle,
    missing,
  });
  const missing = (): string => draw.of(['unknown', 'zero']);
  const since = (): string => `from ${clock(draw.whole(0, quietFrom - 1))}`;
  return {
    metrics: {
      revenue: { sum: metric('Revenue', missing()), orders: metric('Orders', missing()) },
      segments: {
        dimension: 'Segment',
        values: ['small', 'large'],
        requests: metric('SegmentRequests', missing()),
        failures: metric('SegmentFailures', 'zero'),
      },
      gauges: { cpu: { ...metric('Cpu', 'unknown'), statistic: 'Average' } },
    },
    advance: draw.of([
      ['cpu < 90%'],
      ['not revenueDelta < -30%'],
      ['segmentSpread < 20%', 'cpu < 90%'],
      ['not segmentErrorRatio > 5'],
    ]),
    guards: draw.of([['cpu > 95% for 3m'], ['revenueDelta < -20% for 5m'], ['segmentErrorRatio > 5 for 3m'], []]),
    behaviours: draw.of([
      [],
      [],
      [`gauge cpu 99 ${since()}`],
      [`revenue -${draw.of([40, 100])}% ${since()}`],
      [`orders -100% ${since()}`],
      [`segment ${draw.of(['small', 'large'])} failures x100 ${since()}`],
    ]),
  };
};

type Written = TortureCase['plan'] & {
  readonly phases: readonly { readonly weight: string; readonly advance: readonly string[] }[];
  readonly guards: readonly string[];
};

const withBusiness = (written: Written, { metrics, advance, guards }: DrawnBusiness): Written => ({
  ...written,
  metrics,
  guards: [...written.guards, ...guards],
  phases: written.phases.map((phase) => ({
    ...phase,
    // At 100 % there is no baseline to compare with.
    advance: [...phase.advance, ...advance.filter((each) => phase.weight !== '100%' || !/revenue|segment/.test(each))],
  })),
});

const drawBehaviours = (draw: Draw, quietFrom: number, rules: number): readonly string[] => {
  const within = (): string => {
    const from = draw.whole(0, Math.max(1, quietFrom - 6));
    return `from ${clock(from)} to ${clock(draw.whole(from + 1, quietFrom))}`;
  };
  const at = (): string => `at ${clock(draw.whole(1, quietFrom - 1))}`;
  const rule = (): number => draw.whole(1, rules);
  const found: string[] = [];
  if (draw.chance(0.35)) found.push(`failures 30% from ${clock(draw.whole(0, 40))}`);
  if (draw.chance(0.1)) found.push(`both fail 10% ${within()}`);
  if (draw.chance(0.05)) found.push(`candidate targets 0 of 20 from ${clock(draw.whole(1, 40))}`);
  if (draw.chance(0.1)) found.push(`baseline targets ${draw.whole(0, 12)} of 20 growing 1/min ${within()}`);
  if (draw.chance(0.05)) found.push(`health unreadable ${within()}`);
  if (draw.chance(0.15)) found.push(`cloudwatch ${draw.of(['silent', 'lost', 'throttled', 'partial'])} ${within()}`);
  if (draw.chance(0.1)) found.push(`cloudwatch late ${draw.whole(1, 6)}m ${within()}`);
  if (draw.chance(0.15)) found.push(`weight ${draw.of([0, 0, 3, 50, 100])} by hand on rule ${rule()} ${at()}`);
  if (draw.chance(0.05)) found.push(`weight 0 by hand ${at()}`);
  if (draw.chance(0.05)) found.push(`${draw.of(['foreign', 'gone'])} rule ${rule()} ${within()}`);
  if (draw.chance(0.05)) found.push('sticky rules');
  if (draw.chance(0.1)) found.push(`incident ${within()}`);
  if (draw.chance(0.05)) found.push(`alarms unreadable ${within()}`);
  if (draw.chance(0.05)) found.push(`rules unreadable ${within()}`);
  if (draw.chance(0.1)) found.push(`${draw.of(['writes', 'raises'])} refused ${within()}`);
  if (draw.chance(0.1)) found.push(`journal unwritable ${within()}`);
  return found;
};

const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

const drawTroubles = (draw: Draw, quietFrom: number): readonly Trouble[] =>
  Array.from({ length: draw.whole(0, 5) }, (_, id) => {
    const from = draw.whole(-12, quietFrom - 2);
    const to = Math.min(quietFrom, from + draw.of([1, 3, 10, 30, 200]));
    return { id, from, to, chance: draw.of([0.02, 0.1, 0.5, 1]), what: drawSuffering(draw) };
  });

const drawSuffering = (draw: Draw): Suffering => {
  switch (draw.of(['call', 'call', 'call', 'death', 'slowness', 'slowness', 'pause', 'wakeUp', 'lateWakeUp', 'rare'])) {
    case 'call':
      return { kind: 'call', port: draw.of(PORTS), how: draw.of(['refused', 'throttled', 'timedOut', 'stale']) };
    case 'death':
      return { kind: 'death' };
    case 'slowness':
      return { kind: 'slowness', seconds: draw.of([1, 10, 20]) };
    case 'pause':
      return { kind: 'pause', port: draw.of(['*', 'router.setWeight', 'journal.append']), minutes: draw.whole(1, 4) };
    case 'wakeUp':
      return { kind: 'wakeUp', how: draw.of(['lost', 'doubled']) };
    case 'lateWakeUp':
      return { kind: 'lateWakeUp', minutes: draw.of([1, 5, 20, 120]) };
    default:
      return draw.of<Suffering>([
        { kind: 'scheduleDeleted' },
        { kind: 'noWatchdog' },
        { kind: 'clock', seconds: draw.whole(1, 5) },
      ]);
  }
};

const drawOrders = (draw: Draw, quietFrom: number): readonly Order[] =>
  Array.from({ length: draw.of([0, 0, 1, 2, 4]) }, () => ({
    at: draw.whole(-5, quietFrom),
    ...(draw.chance(0.15) ? { byStranger: true as const } : {}),
    ask: draw.of<Order['ask']>([
      'hold',
      'hold',
      'resume',
      'resume',
      'resume',
      'advance',
      'advance',
      'rollBack',
      'close',
      'openIncident',
      'closeIncident',
      'noGo',
    ]),
  })).sort((one, other) => one.at - other.at);
