import type { Claim, Criterion, Guard, Side } from './claim.ts';
import { type Expression, parseExpression } from './expression.ts';
import { type Metric, metricOf } from './metric.ts';
import type { Parsed } from './parsed.ts';

type Comparison = NonNullable<Expression['comparison']>;
type Comparable = Exclude<Claim, { readonly kind: 'noIncidents' }>;

const GUARD_MINUTES_AT_MOST = 60;

/**
 * Reads `errorRate < 1%`, `not revenueDelta < -3%`, `noIncidents`. A criterion says what is good, one with `not` says what is bad and
 * must not be proven: the wrong way round is refused, since it would pass a bad candidate.
 */
export function parseCriterion(written: string): Parsed<Criterion> {
  const read = parseExpression(written);
  if ('must' in read) return read;
  const { text, metric: name, not, comparison, forMinutes } = read.value;
  if (forMinutes !== undefined)
    return { must: 'must not say `for`: a criterion looks at the whole bake; only guards have a duration' };
  const metric = metricOf(name);
  if (metric.kind === 'state') {
    if (not || comparison !== undefined) return { must: `must be \`${name}\` alone` };
    return { value: { text, metric: name, not, claim: { kind: 'noIncidents' } } };
  }
  if (comparison === undefined)
    return { must: `must compare ${name} with a limit: \`${example(metric, other(metric.bad))}\`` };
  if (metric.bad !== undefined && (comparison.side === metric.bad) !== not) {
    return {
      must: `must say what is good, \`${example(metric, other(metric.bad))}\`, or after \`not\` what is bad, \`not ${example(metric, metric.bad)}\``,
    };
  }
  const claim = claimOf(metric, comparison);
  return 'must' in claim ? claim : { value: { text, metric: name, not, claim: claim.value } };
}

/** Reads `errorRate > 1.5% for 2m`: what must not happen, and over how many minutes. */
export function parseGuard(written: string, options: Pick<Guard, 'proof' | 'inSharedOutage'>): Parsed<Guard> {
  const read = parseExpression(written);
  if ('must' in read) return read;
  const { text, metric: name, not, comparison, forMinutes } = read.value;
  const metric = metricOf(name);
  const sample = `\`${example(metric, metric.bad)} for 5m\``;
  if (!metric.mayGuard)
    return { must: `must be about a metric that can be a guard, and ${name} can only be a criterion` };
  if (not) return { must: `must say what must not happen, without \`not\`: ${sample}` };
  if (comparison === undefined || forMinutes === undefined)
    return { must: `must give a limit and a duration: ${sample}` };
  if (forMinutes < 1 || forMinutes > GUARD_MINUTES_AT_MOST) return { must: 'must watch over 1m to 1h after `for`' };
  if (metric.bad !== undefined && comparison.side !== metric.bad) {
    return { must: `must say what must not happen: ${sample}` };
  }
  const claim = claimOf(metric, comparison);
  if ('must' in claim) return claim;
  if (claim.value.kind === 'segmentSpread') return { must: 'must not be about segmentSpread' };
  return { value: { text, metric: name, claim: claim.value, forMinutes, ...options } };
}

const other = (side: Side | undefined): Side => (side === 'above' ? 'below' : 'above');

function example(metric: Metric, side: Side | undefined): string {
  const limit = {
    percent: metric.bad === 'below' ? (metric.name === 'availability' ? '99.9%' : '-3%') : '1%',
    time: '200ms',
    times: '2',
    own: '85',
    none: '',
  };
  return `${metric.name} ${side === 'below' ? '<' : '>'} ${limit[metric.unit]}`;
}

/** What a comparison says, in counts. Availability and latencies turn into limits on the share of bad requests. */
function claimOf(metric: Metric, comparison: Comparison): Parsed<Comparable> {
  const { side } = comparison;
  const limit = limitOf(metric, comparison);
  if ('must' in limit) return limit;
  const value = limit.value;
  switch (metric.name) {
    case 'errorRate':
      return { value: { kind: 'share', share: 'failures', side, limit: value } };
    case 'availability':
      return { value: { kind: 'share', share: 'unavailable', side: other(side), limit: tidy(1 - value) } };
    case 'revenueDelta':
      return { value: { kind: 'ratio', side, limit: value } };
    case 'segmentErrorRatio':
      return { value: { kind: 'segmentRatio', side, limit: value } };
    case 'segmentSpread':
      return { value: { kind: 'segmentSpread', side, limit: value } };
    default:
      if (metric.tail !== undefined)
        return { value: { kind: 'share', share: `slow:${value}ms`, side, limit: metric.tail } };
      return { value: { kind: 'gauge', gauge: metric.name, side, limit: value } };
  }
}

/** The limit as a fraction, in milliseconds, or as it stands; or what is wrong with its unit or size. */
function limitOf(metric: Metric, { amount, unit }: Comparison): Parsed<number> {
  switch (metric.unit) {
    case 'percent': {
      if (unit !== '%') return { must: `must give the limit of ${metric.name} in %` };
      const least = metric.kind === 'ratio' ? -100 : 0;
      const most = metric.kind === 'ratio' ? 1000 : 100;
      if (amount <= least || amount >= most) return { must: `must have a limit between ${least}% and ${most}%` };
      return { value: tidy(amount / 100) };
    }
    case 'time': {
      if (unit !== 'ms' && unit !== 's') return { must: `must give the limit of ${metric.name} in ms or s` };
      const milliseconds = tidy(unit === 's' ? amount * 1000 : amount);
      if (milliseconds < 1 || milliseconds > 3_600_000) return { must: 'must have a limit between 1ms and 3600s' };
      return { value: milliseconds };
    }
    case 'times':
      if (unit !== '') return { must: `must give the limit of ${metric.name} as a plain number, such as 2` };
      return amount > 0 && amount <= 1000 ? { value: amount } : { must: 'must have a limit above 0 and at most 1000' };
    default:
      if (unit === 'ms' || unit === 's')
        return { must: `must give the limit of ${metric.name} in the metric's own unit, as a plain number or with %` };
      return { value: amount };
  }
}

/** Without the binary rest that arithmetic on decimal fractions leaves: 1 − 0.999 is 0.001. */
const tidy = (value: number): number => Number(value.toFixed(12));
