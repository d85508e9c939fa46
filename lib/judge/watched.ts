/** What the regression watch compares: metrics of both sides, what part of the wealth is bet on each, and their events in a row. */
import type { ShareKey } from '../plan/claim.ts';
import type { Plan } from '../plan/plan.ts';
import type { BetKind, Minute } from './regression.ts';
import type { BusinessRow, Row } from './row.ts';
import { countShare, hasBaseline, type ShareSource, type Sums, sourceOf } from './share.ts';
import type { DayBefore } from './verdict.ts';

export type WatchedMetric =
  | { readonly kind: 'share'; readonly source: ShareSource }
  /** Answers slower than this percentile of the baseline's on the day before the start. */
  | { readonly kind: 'usualLatency'; readonly percentile: 'p90' | 'p99' }
  | { readonly kind: 'segment'; readonly segment: string }
  | { readonly kind: 'orders' };

export interface Watched {
  readonly metric: WatchedMetric;
  /** Rows of traffic and of business metrics settle apart. */
  readonly rows: 'traffic' | 'business';
  readonly bets: readonly Bet[];
}

/** As it is written below: `atMost` by kind. */
type Written = Omit<Watched, 'bets'> & { readonly bets: readonly WrittenBet[] };
type WrittenBet = Pick<Bet, 'kind' | 'weight'> & { readonly atMost?: Partial<Readonly<Record<BetKind, number>>> };

export interface Bet {
  readonly kind: BetKind;
  /** Part of the whole wealth; 0: it only backs others. */
  readonly weight: number;
  /**
   * Its wealth counts at most so many times as much as that of another bet on the same metric, by its index. The two stand on
   * different assumptions and either may be wrong: what counts, and the chance of a false rollback, stays below a multiple of what the one that holds
   * allows, and is nearly all of it where both agree.
   */
  readonly atMost: readonly { readonly bet: number; readonly times: number }[];
}

/** Together 1. */
const WEIGHTS = {
  share: 0.15,
  odds: 0.48,
  burst: 0.06,
  limit: 0.04,
  p99: 0.06,
  p90: 0.06,
  own: 0.05,
  segments: 0.05,
  orders: 0.05,
};

/** Times the wealth of the bet against the baseline's past, and of the share bet. Measured: docs/judge.md. */
const TIMES_PAST = 50;
const TIMES_SHARE = 100;

/** What a plan has no metric for is bet on the others. */
export const watchedOf = (plan: Plan): readonly Watched[] => scaled(writtenOf(plan));

const scaled = (written: readonly Written[]): readonly Watched[] => {
  const whole = written.reduce((sum, { bets }) => bets.reduce((part, { weight }) => part + weight, sum), 0);
  return written.map((each) => ({
    ...each,
    bets: each.bets.map(({ kind, weight, atMost = {} }) => ({
      kind,
      weight: weight / whole,
      atMost: each.bets.flatMap((other, bet) => {
        const times = atMost[other.kind];
        return times === undefined ? [] : [{ bet, times }];
      }),
    })),
  }));
};

const writtenOf = (plan: Plan): readonly Written[] => {
  const own = ownShares(plan);
  const segments = plan.metrics.segments?.values ?? [];
  return [
    FAILURES,
    { metric: { kind: 'usualLatency', percentile: 'p99' }, rows: 'traffic', bets: share(WEIGHTS.p99) },
    { metric: { kind: 'usualLatency', percentile: 'p90' }, rows: 'traffic', bets: share(WEIGHTS.p90) },
    ...own.map(
      (key): Written => ({
        metric: { kind: 'share', source: sourceOf(plan, key) },
        rows: 'traffic',
        bets: share(WEIGHTS.own / own.length),
      }),
    ),
    ...segments.map(
      (segment): Written => ({
        metric: { kind: 'segment', segment },
        rows: 'business',
        bets: share(WEIGHTS.segments / segments.length),
      }),
    ),
    ...(plan.metrics.revenue?.orders === undefined
      ? []
      : [{ metric: { kind: 'orders' }, rows: 'business', bets: [{ kind: 'fall', weight: WEIGHTS.orders }] } as const]),
  ];
};

const share = (weight: number): readonly WrittenBet[] => [
  { kind: 'share', weight, atMost: { past: TIMES_PAST } },
  { kind: 'past', weight: 0 },
];

const FAILURES: Written = {
  metric: { kind: 'share', source: { share: 'failures', slowKey: undefined, net: false } },
  rows: 'traffic',
  bets: [
    ...share(WEIGHTS.share),
    { kind: 'odds', weight: WEIGHTS.odds, atMost: { past: TIMES_PAST, share: TIMES_SHARE } },
    { kind: 'burst', weight: WEIGHTS.burst },
    { kind: 'limit', weight: WEIGHTS.limit },
  ],
};

/** Of a service of which only requests and failures are known. */
export const failuresAlone: readonly Watched[] = scaled([FAILURES]);

/** Shares beside failures that the plan itself names, each once: the operators' own thresholds of latency, and unanswered requests. */
const ownShares = ({ phases, guards }: Plan): readonly ShareKey[] => {
  const claims = [...phases.flatMap(({ advance }) => advance), ...guards].map(({ claim }) => claim);
  const keys = claims.flatMap((claim) => (claim.kind === 'share' && claim.share !== 'failures' ? [claim.share] : []));
  return [...new Set(keys)];
};

/** The baseline's share of these events on the day before; undefined: not known. */
export const usualShareOf = (metric: WatchedMetric, before: DayBefore): number | undefined => {
  if (metric.kind === 'usualLatency') return metric.percentile === 'p99' ? 0.01 : 0.1;
  if (metric.kind !== 'share') return undefined;
  const { share, slowKey } = metric.source;
  if (slowKey !== undefined) return before.slowShares?.[slowKey];
  return (share === 'failures' ? before.failureShare : before.unavailableShare) ?? undefined;
};

/** The key of the slow share in milliseconds; undefined: the day before is not known. */
const usualLatencyOf = (percentile: 'p90' | 'p99', before: DayBefore): ShareKey | undefined => {
  const milliseconds = before.latency?.[percentile];
  return milliseconds === undefined ? undefined : `slow:${milliseconds}ms`;
};

/**
 * Both sides' events in a row of traffic; undefined: the counts of a side that should have some are not known, and the row says nothing.
 * @param unanswered of the row, what is answered a minute later already set off
 */
export const minuteInTraffic = (
  metric: WatchedMetric,
  row: Row,
  before: DayBefore,
  unanswered: Sums | undefined,
): Minute | undefined => {
  const source = sourceIn(metric, before);
  if (source === undefined || row.candidate === null || (hasBaseline(row.weight) && row.baseline === null))
    return undefined;
  const sums = source.share === 'unavailable' ? unanswered : countShare(source, row);
  if (sums === undefined) return undefined;
  const [requests, events, baselineRequests, baselineEvents] = sums;
  return { requests, events, baselineRequests, baselineEvents };
};

const sourceIn = (metric: WatchedMetric, before: DayBefore): ShareSource | undefined => {
  if (metric.kind === 'share') return metric.source;
  const share = metric.kind === 'usualLatency' ? usualLatencyOf(metric.percentile, before) : undefined;
  return share === undefined ? undefined : { share, slowKey: share.slice('slow:'.length), net: false };
};

/** The same in a row of business metrics. */
export const minuteInBusiness = (metric: WatchedMetric, { candidate, baseline }: BusinessRow): Minute | undefined => {
  if (metric.kind === 'segment') {
    const [ours, theirs] = [candidate.segments[metric.segment], baseline.segments[metric.segment]];
    if (!ours || !theirs) return undefined;
    return {
      requests: ours.requests,
      events: Math.min(ours.failures, ours.requests),
      baselineRequests: theirs.requests,
      baselineEvents: Math.min(theirs.failures, theirs.requests),
    };
  }
  if (metric.kind !== 'orders') return undefined;
  const [requests, events, baselineRequests, baselineEvents] = [
    candidate.requests,
    candidate.orders,
    baseline.requests,
    baseline.orders,
  ];
  if (requests === null || events === null || baselineRequests === null || baselineEvents === null) return undefined;
  return { requests, events, baselineRequests, baselineEvents };
};

/** How a metric is called where a trip is recorded: `failures`, `slow:183ms`, `unavailable`, `segment:k12`, `orders`. */
export const nameOf = (metric: WatchedMetric, before: DayBefore): string => {
  if (metric.kind === 'segment') return `segment:${metric.segment}`;
  return sourceIn(metric, before)?.share ?? metric.kind;
};
