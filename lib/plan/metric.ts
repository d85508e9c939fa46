import type { Claim, Side } from './claim.ts';

/** A metric of the catalogue, or a gauge: one CloudWatch metric of the plan's own. */
export interface Metric {
  readonly name: string;
  /** Share: bad of total. Ratio: candidate relative to baseline. Gauge: a value per minute. State: true or false. */
  readonly kind: 'share' | 'ratio' | 'segments' | 'gauge' | 'state';
  /** `percent` must be written with %, `time` with ms or s, `times` without a unit, `own` as the metric has it (% allowed). */
  readonly unit: 'percent' | 'time' | 'times' | 'own' | 'none';
  /** Says nothing at weight 100, where the baseline has no requests. */
  readonly needsBaseline: boolean;
  readonly mayGuard: boolean;
  /** On which side of a limit the trouble lies; undefined: either. */
  readonly bad: Side | undefined;
  /** Latency percentiles: the share of answers that may be slower than the limit. */
  readonly tail?: number | undefined;
}

const latency = (name: string, tail: number): Metric => ({
  name,
  kind: 'share',
  unit: 'time',
  needsBaseline: false,
  mayGuard: true,
  bad: 'above',
  tail,
});

/** Every metric a plan can name, apart from its own gauges. */
export const METRICS: readonly Metric[] = [
  {
    name: 'errorRate',
    kind: 'share',
    unit: 'percent',
    needsBaseline: false,
    mayGuard: true,
    bad: 'above',
  },
  {
    name: 'availability',
    kind: 'share',
    unit: 'percent',
    needsBaseline: false,
    mayGuard: true,
    bad: 'below',
  },
  latency('latencyP50', 0.5),
  latency('latencyP90', 0.1),
  latency('latencyP95', 0.05),
  latency('latencyP99', 0.01),
  latency('latencyP999', 0.001),
  {
    name: 'revenueDelta',
    kind: 'ratio',
    unit: 'percent',
    needsBaseline: true,
    mayGuard: true,
    bad: 'below',
  },
  {
    name: 'segmentErrorRatio',
    kind: 'segments',
    unit: 'times',
    needsBaseline: true,
    mayGuard: true,
    bad: 'above',
  },
  {
    name: 'segmentSpread',
    kind: 'segments',
    unit: 'percent',
    needsBaseline: true,
    mayGuard: false,
    bad: 'above',
  },
  {
    name: 'noIncidents',
    kind: 'state',
    unit: 'none',
    needsBaseline: false,
    mayGuard: false,
    bad: undefined,
  },
];

export const METRIC_NAMES: readonly string[] = METRICS.map((metric) => metric.name);

/** The metric of that name; any other name is taken for a gauge, and rules.ts checks that the plan defines it. */
export const metricOf = (name: string): Metric =>
  METRICS.find((metric) => metric.name === name) ?? {
    name,
    kind: 'gauge',
    unit: 'own',
    needsBaseline: false,
    mayGuard: true,
    bad: undefined,
  };

/** What the number of a claim is a number of: "failed requests", "answers slower than 200 ms". */
export function describeQuantity(claim: Claim): string {
  switch (claim.kind) {
    case 'share':
      if (claim.share === 'failures') return 'failed requests';
      if (claim.share === 'unavailable') return 'unanswered requests';
      return `answers slower than ${claim.share.slice('slow:'.length, -'ms'.length)} ms`;
    case 'ratio':
      return "revenue per request against the baseline's";
    case 'segmentRatio':
      return "largest ratio of a segment's error rate to the baseline's";
    case 'segmentSpread':
      return "largest difference of a segment's success share from the baseline's";
    case 'gauge':
      return claim.gauge;
    case 'noIncidents':
      return 'open incidents';
  }
}

/**
 * A number in the claim's own quantity, for people: a share of 0.00083 is "0.083 %", revenue of −0.031 is "−3.1 %", a segment
 * ratio of 2.4 is "2.4 times", a gauge is its bare number. Three significant digits.
 */
export function formatQuantity(claim: Claim, value: number): string {
  switch (claim.kind) {
    case 'share':
    case 'ratio':
    case 'segmentSpread':
      return `${formatNumber(value * 100)} %`;
    case 'segmentRatio':
      return `${formatNumber(value)} times`;
    case 'gauge':
    case 'noIncidents':
      return formatNumber(value);
  }
}

/** Three significant digits, more only for whole thousands, which are grouped: 0.083, 1.84, 1,234,567. */
export const formatNumber = (value: number): string =>
  Number.isNaN(value) ? 'unknown' : `${value < 0 ? '−' : ''}${formatSize(Math.abs(value))}`;

/** What would be said as 1,000 after rounding is grouped as well. */
const THOUSANDS_FROM = 999.5;
const LEAST_SAID = 1e-6;

function formatSize(size: number): string {
  if (size === Infinity) return '∞';
  if (size >= THOUSANDS_FROM) return String(Math.round(size)).replace(/\B(?=(\d{3})+$)/g, ',');
  if (size === 0) return '0';
  const rounded = Number(Math.max(size, LEAST_SAID).toPrecision(3));
  return rounded.toFixed(9).replace(/\.?0+$/, '');
}
