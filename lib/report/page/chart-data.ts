/** What the charts of a page draw: columns of numbers over time, rounded to what can be seen. */
import { betaOf } from '../../judge/bound.ts';
import { needsOf } from '../../judge/needs.ts';
import { evidenceBySegment, segmentTable } from '../../judge/segment-table.ts';
import { shareBounds } from '../../judge/share.ts';
import { formatNumber } from '../../plan/metric.ts';
import type { Claim, Instant, Plan } from '../../plan/plan.ts';
import { AT, MINUTES, type Point, pointsOf, WEIGHT } from '../folding.ts';
import { watchLine } from '../guard-section.ts';
import type { Ledger, Newest } from '../ledger.ts';
import { BAD, COUNTS, EVIDENCE, RESTARTS, SEGMENT_WIDTH, SEGMENTS, sideWidth, TOTAL } from '../series.ts';
import type { Visit } from '../visits.ts';
import type { Chart, ChartData, Column, Line } from './shape.ts';
import { wayOf } from './stretches.ts';

export const chartData = (ledger: Ledger, newest: Newest): ChartData => {
  const points = withGaps(pointsOf(ledger.series.traffic));
  const x = points.map(middleOf);
  const charts = [
    errorChart(ledger, newest, points, x),
    ...slowCharts(ledger, points, x),
    requestChart(ledger, points, x),
    ...evidenceCharts(ledger, points, x),
    ...segmentCharts(ledger),
  ];
  return { charts, marks: marksOf(ledger), ranges: rangesOf(ledger, newest) };
};

const middleOf = (point: Point): number => 60 * (point[AT] ?? 0) + 30 * Math.max(1, point[MINUTES] ?? 0);

/** Longer than this without a point is nothing known, and no line is drawn across it. */
const GAP_MINUTES = 121;

const withGaps = (points: readonly Point[]): readonly Point[] =>
  points.flatMap((point, index) => {
    const before = points[index - 1]?.[AT];
    const isGap = before !== undefined && (point[AT] ?? 0) - before > GAP_MINUTES;
    return isGap ? [[before + GAP_MINUTES - 60, 0, 0, point[WEIGHT] ?? 0], point] : [point];
  });

/** Four digits are more than a pixel. */
const rounded = (value: number): number => Number(value.toPrecision(4));

const percent = (part: number, whole: number): number | null => (whole > 0 ? rounded((100 * part) / whole) : null);

const columnOf = (points: readonly Point[], bad: number, total: number): Column =>
  points.map((point) => percent(point[bad] ?? 0, point[total] ?? 0));

const errorChart = (ledger: Ledger, newest: Newest, points: readonly Point[], x: readonly number[]): Chart => {
  const { plan } = ledger;
  const baselineAt = COUNTS + sideWidth(plan);
  const candidate = columnOf(points, COUNTS + 1, COUNTS);
  const baseline = columnOf(points, baselineAt + 1, baselineAt);
  const bounds = boundColumns(points, newest.state.judge.clumpiness);
  const isFailures = (claim: Claim): boolean => claim.kind === 'share' && claim.share === 'failures';
  return {
    name: 'errors',
    title: 'Error rate',
    unit: 'percent',
    x,
    lines: [
      { label: 'candidate', values: candidate, role: 'candidate' },
      { label: 'baseline', values: baseline, role: 'baseline' },
      { label: 'bound of the bake, at most', values: bounds.upper, role: 'bound' },
      { label: 'bound of the bake, at least', values: bounds.lower, role: 'bound' },
      ...limitLines(ledger, x, isFailures),
    ],
    summary: `Candidate ${rangeText(candidate, ' %')}; baseline ${rangeText(baseline, ' %')}.`,
  };
};

/** The 95 % bounds on the candidate's error rate since the bake began, which hold at every look. */
const boundColumns = (
  points: readonly Point[],
  clumpiness: number,
): { readonly lower: Column; readonly upper: Column } => {
  let last: { readonly point: Point; readonly bounds: ReturnType<typeof shareBounds> } | undefined;
  const bounds = points.map((point) => {
    const total = point[TOTAL] ?? 0;
    if (total <= 0) return null;
    if (last === undefined || !isAsGood(last.point, point)) {
      const level = { clumpiness, beta: betaOf(point[RESTARTS] ?? 0) };
      last = { point, bounds: shareBounds(point[BAD] ?? 0, total, level) };
    }
    return last.bounds;
  });
  // A bound of nearly everything says nothing, and would be all that is seen.
  return {
    lower: bounds.map((bound) => (bound === null ? null : rounded(100 * bound.lower))),
    upper: bounds.map((bound) => (bound === null || bound.upper > SAYS_NOTHING ? null : rounded(100 * bound.upper))),
  };
};

const SAYS_NOTHING = 0.5;

/** The same to within a pixel: bounds are costly, and a page is made at every event. */
const isAsGood = (a: Point, b: Point): boolean =>
  a[RESTARTS] === b[RESTARTS] &&
  [BAD, TOTAL].every((column) => Math.abs((b[column] ?? 0) - (a[column] ?? 0)) <= 0.01 * (a[column] ?? 0));

/** Limits of guards hold all the time, those of criteria while their phase lasts. */
const limitLines = (
  { plan, visits }: Ledger,
  x: readonly number[],
  isMeant: (claim: Claim) => boolean,
): readonly Line[] => {
  const guards = plan.guards.filter(({ claim }) => isMeant(claim));
  const criteria = new Map<string, (number | null)[]>();
  for (const visit of visits) {
    for (const { claim, text } of plan.phases[visit.phase]?.advance ?? []) {
      if (!isMeant(claim)) continue;
      const column = criteria.get(text) ?? x.map(() => null);
      for (const [index, at] of x.entries()) if (isWithin(visit, 1000 * at)) column[index] = limitOf(claim);
      criteria.set(text, column);
    }
  }
  return [
    ...guards.map(
      ({ text, claim }): Line => ({ label: `guard ${text}`, values: x.map(() => limitOf(claim)), role: 'limit' }),
    ),
    ...[...criteria].map(([text, values]): Line => ({ label: `criterion ${text}`, values, role: 'limit' })),
  ];
};

const isWithin = ({ enteredAt, leftAt }: Visit, at: Instant): boolean =>
  at >= enteredAt && (leftAt === null || at < leftAt);

const limitOf = (claim: Claim): number | null => ('limit' in claim ? rounded(100 * claim.limit) : null);

const slowCharts = (ledger: Ledger, points: readonly Point[], x: readonly number[]): readonly Chart[] => {
  const { plan } = ledger;
  const baselineAt = COUNTS + sideWidth(plan);
  return needsOf(plan).slowMilliseconds.map((milliseconds, index) => {
    const candidate = columnOf(points, COUNTS + 3 + index, COUNTS + 2);
    const baseline = columnOf(points, baselineAt + 3 + index, baselineAt + 2);
    return {
      name: `slow-${milliseconds}`,
      title: `Answers slower than ${formatNumber(milliseconds)} ms`,
      unit: 'percent',
      x,
      lines: [
        { label: 'candidate', values: candidate, role: 'candidate' },
        { label: 'baseline', values: baseline, role: 'baseline' },
        ...limitLines(ledger, x, (claim) => claim.kind === 'share' && claim.share === `slow:${milliseconds}ms`),
      ],
      summary: `Candidate ${rangeText(candidate, ' %')}; baseline ${rangeText(baseline, ' %')}.`,
    };
  });
};

const requestChart = ({ plan }: Ledger, points: readonly Point[], x: readonly number[]): Chart => {
  const perMinute = (at: number): Column =>
    points.map((point) => {
      const minutes = point[MINUTES] ?? 0;
      return minutes > 0 ? rounded((point[at] ?? 0) / minutes) : null;
    });
  const candidate = perMinute(COUNTS);
  const baselineAt = COUNTS + sideWidth(plan);
  const baseline = perMinute(baselineAt).map((value, index) => ((points[index]?.[WEIGHT] ?? 0) < 100 ? value : null));
  const weight = points.map((point) => point[WEIGHT] ?? null);
  return {
    name: 'requests',
    title: 'Requests per minute, and the weight',
    unit: 'requests',
    x,
    lines: [
      { label: 'candidate', values: candidate, role: 'candidate' },
      { label: 'baseline', values: baseline, role: 'baseline' },
      { label: 'weight recorded', values: weight, role: 'weight' },
    ],
    summary: `Candidate ${rangeText(candidate, ' a minute')}; baseline ${rangeText(baseline, ' a minute')}; weight ${rangeText(weight, ' %')}.`,
  };
};

const evidenceCharts = (ledger: Ledger, points: readonly Point[], x: readonly number[]): readonly Chart[] => {
  const { regressionWatch } = ledger.plan;
  if ('off' in regressionWatch) return [];
  const line = 1 / regressionWatch.falseRollbacks;
  return [
    {
      name: 'evidence',
      title: 'Evidence of the regression watch',
      unit: 'powerOfTen',
      x,
      lines: [
        { label: 'evidence', values: points.map((point) => point[EVIDENCE] ?? null), role: 'candidate' },
        { label: `it takes ${formatNumber(line)}`, values: x.map(() => rounded(Math.log10(line))), role: 'limit' },
        ...tripLines(ledger, x),
      ],
      summary: watchLine(ledger),
    },
  ];
};

/** What tripped on minutes that had not settled is no part of the evidence that is kept. */
const tripLines = ({ changes }: Ledger, x: readonly number[]): readonly Line[] =>
  changes
    .slice(-TRIPS_AMONG)
    .flatMap(({ decision: { reason } }): readonly Line[] => {
      if (reason.code !== 'WATCH_TRIPPED' && reason.code !== 'WATCH_ON_STICKY') return [];
      if (reason.trip.unsettled === undefined) return [];
      const at = Date.parse(reason.trip.minute) / 1000;
      const index = x.findLastIndex((each) => each <= at + 60);
      const values = x.map((_, place) => (place === index ? rounded(reason.trip.log10Wealth) : null));
      return [{ label: 'as it tripped, with minutes not settled', values, role: 'trip' }];
    })
    .slice(-1);

const TRIPS_AMONG = 1000;

/** More lines than this nobody tells apart. */
const SEGMENTS_DRAWN = 6;

const segmentCharts = (ledger: Ledger): readonly Chart[] => {
  const { plan } = ledger;
  const given = plan.metrics.segments;
  const points = withGaps(pointsOf(ledger.series.segments));
  if (given === undefined || points.length === 0) return [];
  const worst = worstSegments(ledger, given.values);
  const lines = worst.map((segment): Line => {
    const at = SEGMENTS + SEGMENT_WIDTH * given.values.indexOf(segment);
    return { label: segment, values: columnOf(points, at + 1, at), role: 'candidate' };
  });
  return [
    {
      name: 'segments',
      title: `Candidate's error rate by ${given.dimension}${worst.length < given.values.length ? `, the ${worst.length} worst of ${given.values.length}` : ''}`,
      unit: 'percent',
      x: points.map(middleOf),
      lines: [...lines, { label: 'baseline, all together', values: baselineColumn(plan, points), role: 'baseline' }],
      summary: `${lines.map(({ label, values }) => `${label} ${rangeText(values, ' %')}`).join('; ')}.`,
    },
  ];
};

const baselineColumn = (plan: Plan, points: readonly Point[]): Column => {
  const places = (plan.metrics.segments?.values ?? []).map((_, index) => SEGMENTS + SEGMENT_WIDTH * index + 2);
  const sum = (point: Point, of: number): number => places.reduce((total, at) => total + (point[at + of] ?? 0), 0);
  return points.map((point) => percent(sum(point, 1), sum(point, 0)));
};

/** By the newest phase that had a baseline to compare with. */
const worstSegments = ({ plan, visits, newest }: Ledger, all: readonly string[]): readonly string[] => {
  const tables = [
    ...visits.map(({ phase, segments }) => segmentTable(plan, phase, segments)),
    ...(newest === null ? [] : [segmentTable(plan, newest.state.phase, evidenceBySegment(newest.state.judge))]),
  ];
  const lines = tables.findLast((each) => each?.lines.some(({ verdict }) => verdict !== 'noData'))?.lines;
  return (lines?.map(({ segment }) => segment) ?? all).slice(0, SEGMENTS_DRAWN);
};

const rangeText = (values: Column, unit: string): string => {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return 'nothing known';
  const [least, most] = known.reduce(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, -Infinity],
  );
  return `${formatNumber(least)} to ${formatNumber(most)}${unit}`;
};

/** A rollout that flaps would be nothing but marks. */
const MARKS_AT_MOST = 200;

const KINDS: Readonly<Partial<Record<string, 'rise' | 'hold' | 'end'>>> = {
  advance: 'rise',
  hold: 'hold',
  rollBack: 'end',
  finish: 'end',
  close: 'end',
};

const marksOf = ({ changes }: Ledger): ChartData['marks'] =>
  changes
    .flatMap(({ at, decision, weight }) => {
      const kind = KINDS[decision.decision];
      if (kind === undefined) return [];
      const text = kind === 'rise' ? `${formatNumber(weight)} %` : `${decision.decision} ${decision.reason.code}`;
      return [{ at: at / 1000, text, kind }];
    })
    .filter(({ text }, index, all) => all[index - 1]?.text !== text)
    .slice(-MARKS_AT_MOST);

const MARGIN_SECONDS = 600;
const DAY_SECONDS = 86_400;

const rangesOf = (ledger: Ledger, newest: Newest): ChartData['ranges'] => {
  const [from, to] = wayOf(ledger, newest).map((at) => at / 1000) as [number, number];
  const phases = ledger.visits.map(({ phase, enteredAt, leftAt }) => ({
    label: ledger.plan.phases[phase]?.name ?? '',
    from: enteredAt / 1000 - MARGIN_SECONDS,
    to: (leftAt ?? 1000 * to) / 1000 + MARGIN_SECONDS,
  }));
  const lastDay =
    to - from > DAY_SECONDS ? [{ label: 'last 24h', from: to - DAY_SECONDS, to: to + MARGIN_SECONDS }] : [];
  return [{ label: 'whole rollout', from: from - MARGIN_SECONDS, to: to + MARGIN_SECONDS }, ...phases, ...lastDay];
};
