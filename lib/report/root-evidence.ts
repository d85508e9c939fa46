/** The minutes that a rollback was decided on, with the baseline beside the candidate: by what the reason counts. */
import { type BusinessCounts, type Counts, minuteOf } from '../judge/row.ts';
import { MINUTE_MS } from '../plan/duration.ts';
import { formatNumber } from '../plan/metric.ts';
import type { Claim, Instant } from '../plan/plan.ts';
import type { Reason } from '../rollout/reason.ts';
import type { Rollback } from '../rollout/rollout.ts';
import { type Table, table } from './blocks.ts';
import type { WayBack } from './ledger.ts';
import { formatWeight } from './wording.ts';

/** What of a minute is shown. */
type Shown =
  | { readonly kind: 'traffic'; readonly what: string; readonly bad: (counts: Counts) => number | null }
  | { readonly kind: 'business'; readonly what: string; readonly text: (counts: BusinessCounts) => string };

/** Minutes before the fault, to compare with, and of all together. */
const BEFORE = 5;
const AT_MOST = 20;

/** Undefined: no minute is kept. */
export const rootEvidence = (rollback: Rollback, wayBack: WayBack): Table | undefined => {
  const shown = shownFor(rollback.reason);
  const rows = linesOf(rollback, wayBack, shown);
  return rows.length === 0
    ? undefined
    : table(
        'The minutes before the rollback was decided',
        ['minute', 'weight', `candidate: ${shown.what}`, `baseline: ${shown.what}`, ''],
        rows,
      );
};

interface Line {
  readonly minute: string;
  readonly weight: number;
  readonly candidate: string;
  readonly baseline: string;
  readonly isSettled: boolean;
}

const linesOf = (rollback: Rollback, wayBack: WayBack, shown: Shown): readonly (readonly string[])[] => {
  const { faultBeganAt, decidedAt } = rollback;
  const from = (faultBeganAt ?? decidedAt - 10 * MINUTE_MS) - BEFORE * MINUTE_MS;
  return minutesOf(rollback.reason, wayBack, shown)
    .filter((line) => minuteOf(line) >= from)
    .slice(-AT_MOST)
    .map((line) => [
      line.minute.replace('T', ' ').replace('Z', ' UTC'),
      formatWeight(line.weight),
      line.candidate,
      line.baseline,
      noteOf(line, faultBeganAt),
    ]);
};

const noteOf = ({ minute, isSettled }: Line, faultBeganAt: Instant | null): string =>
  [
    Date.parse(minute) === faultBeganAt ? 'the fault began' : '',
    isSettled ? '' : 'not settled, taken at its best for the candidate',
  ]
    .filter((part) => part !== '')
    .join('; ');

const minutesOf = (reason: Reason, { rows, businessRows }: WayBack, shown: Shown): readonly Line[] => {
  if (shown.kind === 'business')
    return businessRows.map(({ minute, weight, candidate, baseline }) => {
      return { minute, weight, candidate: shown.text(candidate), baseline: shown.text(baseline), isSettled: true };
    });
  const told = reason.code === 'RECORDED_LATE' ? reason.of : reason;
  const young = told.code === 'WATCH_TRIPPED' ? (told.trip.unsettled ?? []) : [];
  const text = (counts: Counts | null): string =>
    counts === null ? 'no requests reported' : shareText(shown.bad(counts), counts);
  return [...rows.map((row) => ({ row, isSettled: true })), ...young.map((row) => ({ row, isSettled: false }))].map(
    ({ row: { minute, weight, candidate, baseline }, isSettled }) => {
      return { minute, weight, candidate: text(candidate), baseline: text(baseline), isSettled };
    },
  );
};

const shareText = (bad: number | null, { requests }: Counts): string => {
  if (bad === null) return 'unknown';
  return requests > 0
    ? `${formatNumber(bad)} of ${formatNumber(requests)} (${formatNumber((100 * bad) / requests)} %)`
    : 'no requests';
};

const FAILED: Shown = { kind: 'traffic', what: 'failed of requests', bad: ({ failures }) => failures };
const UNANSWERED: Shown = { kind: 'traffic', what: 'unanswered of requests', bad: ({ unavailable }) => unavailable };

const slower = (key: string): Shown => ({
  kind: 'traffic',
  what: `slower than ${key.replace('ms', ' ms')}`,
  bad: ({ slow }) => slow[key] ?? null,
});

const inSegment = (segment: string): Shown => ({
  kind: 'business',
  what: `failed of requests in segment ${segment}`,
  text: ({ segments }) => {
    const counts = segments[segment] ?? null;
    if (counts === null) return 'unknown';
    const { requests, failures } = counts;
    return requests > 0
      ? `${formatNumber(failures)} of ${formatNumber(requests)} (${formatNumber((100 * failures) / requests)} %)`
      : 'no requests';
  },
});

const perRequest = (what: 'revenue' | 'orders'): Shown => ({
  kind: 'business',
  what: `${what} on requests`,
  text: (counts) => {
    const { [what]: amount, requests } = counts;
    return amount === null || requests === null ? 'unknown' : `${formatNumber(amount)} on ${formatNumber(requests)}`;
  },
});

const gauge = (name: string): Shown => ({
  kind: 'business',
  what: name,
  text: ({ gauges }) => {
    const value = gauges[name] ?? null;
    return value === null ? 'unknown' : formatNumber(value);
  },
});

const byClaim = (claim: Claim, segment: string | undefined): Shown => {
  switch (claim.kind) {
    case 'share':
      return claim.share === 'failures'
        ? FAILED
        : claim.share === 'unavailable'
          ? UNANSWERED
          : slower(claim.share.slice('slow:'.length));
    case 'ratio':
      return perRequest('revenue');
    case 'gauge':
      return gauge(claim.gauge);
    case 'segmentRatio':
    case 'segmentSpread':
      return segment === undefined ? FAILED : inSegment(segment);
    case 'noIncidents':
      return FAILED;
  }
};

/** What the watch calls its metrics: `failures`, `slow:183ms`, `unavailable`, `segment:k12`, `orders`. */
const byMetric = (metric: string): Shown => {
  const [kind = ''] = metric.split(':');
  const of = metric.slice(kind.length + 1);
  if (kind === 'slow') return slower(of);
  if (kind === 'unavailable') return UNANSWERED;
  if (kind === 'segment') return inSegment(of);
  return kind === 'orders' ? perRequest('orders') : FAILED;
};

/** Whatever else it was decided on, failures are what people look at. */
const shownFor = (reason: Reason): Shown => {
  switch (reason.code) {
    case 'RECORDED_LATE':
      return shownFor(reason.of);
    case 'GUARD_TRIPPED':
      return byClaim(reason.trip.claim, reason.trip.segment);
    case 'WATCH_TRIPPED':
      return byMetric(reason.trip.metric);
    case 'CRITERION_FAILED':
    case 'GATE_STALE':
      return byClaim(reason.assessment.claim, reason.assessment.segment);
    default:
      return FAILED;
  }
};
