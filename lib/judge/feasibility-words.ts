/** What feasibility.ts found, in sentences: the same in `sluice check`, in preflight and at the start. Pure. */
import type { ShareKey } from '../plan/claim.ts';
import { formatDuration } from '../plan/duration.ts';
import { formatNumber } from '../plan/metric.ts';
import { type Need, type PhaseFeasibility, shortfallOf } from './feasibility.ts';

/** What stands in the phase's way and what would do, the criterion that takes longest first; undefined: nothing does. */
export const shortageOf = (
  phase: PhaseFeasibility,
  isTold: (need: Need) => boolean = () => true,
): string | undefined => {
  const lacking = shortfallOf(phase).filter(isTold);
  const [first, ...others] = lacking.toSorted((one, other) => isBinding(phase, other) - isBinding(phase, one));
  if (first === undefined) return undefined;
  const also = others.length === 0 ? '' : ` Also not decided: ${others.map(({ text }) => text).join(', ')}.`;
  return `${sentenceOf(phase, first)}${also}`;
};

const isBinding = ({ needs, binding }: PhaseFeasibility, need: Need): number =>
  binding !== null && needs[binding] === need ? 1 : 0;

const sentenceOf = (phase: PhaseFeasibility, need: Need): string =>
  need.prospect === 'never'
    ? `${need.text} can never pass at ${percent(need.presentShare ?? 0)} bad, however long it bakes${withColon(remedyOf(phase, need))}.`
    : `${calculation(phase, need)}; ${need.text} needs ${amountOf(need, phase.clumpiness)}${outlookOf(need)}${withColon(remedyOf(phase, need))}.`;

const withColon = (text: string): string => (text === '' ? '' : `: ${text}`);

const calculation = ({ requestsPerMinute, weight }: PhaseFeasibility, { of, expected, minutes }: Need): string =>
  of === 'requests' || of === 'segmentRequests'
    ? `${formatNumber(requestsPerMinute ?? 0)} requests/min × ${weight} % × ${minutes} min = ${formatNumber(Math.round(expected ?? 0))} requests`
    : `${minutes} min count`;

const UNITS: Readonly<Record<Need['of'], string>> = {
  requests: 'requests',
  segmentRequests: 'requests, if segments are of one size',
  minutes: 'minutes with both sides',
  halfOfMinutes: 'minutes with the metric',
  nothing: '',
};

/**
 * At the present rate, and without a bad one where that is less.
 * @param clumpiness D, to be said with it
 */
export const amountOf = ({ needed, neededAtRate, presentShare, of }: Need, clumpiness?: number): string => {
  if (needed === null) return '';
  const least = formatNumber(needed);
  const isCounted = of === 'requests' || of === 'segmentRequests';
  const clumps = clumpiness === undefined || !isCounted ? '' : `D = ${formatNumber(clumpiness)}`;
  if (neededAtRate === null || neededAtRate === needed || presentShare === null)
    return `${least} ${UNITS[of]}${clumps === '' ? '' : ` (${clumps})`}`;
  return neededAtRate === 'never'
    ? `${least} ${UNITS[of]} without a bad one`
    : `${formatNumber(neededAtRate)} ${UNITS[of]} at ${percent(presentShare)} bad (${[`${least} without a bad one`, clumps].filter(Boolean).join('; ')})`;
};

const outlookOf = ({ prospect }: Need): string => {
  if (prospect === 'extended') return ', which only extensions bring';
  return prospect === 'unlikely' ? ', so it passes only if fewer are bad than usual' : '';
};

/** The least that would be enough, rounded up to what one writes into a plan; empty: nothing is. */
export const remedyOf = (phase: PhaseFeasibility, need: Need): string => {
  const { leastWeight, leastBakeMinutes, leastLimit } = need;
  const weight = leastWeight === null ? undefined : Math.min(100, upTo(WEIGHT_STEPS, leastWeight));
  const minutes = leastBakeMinutes === null ? undefined : upTo(BAKE_STEPS, leastBakeMinutes);
  const ways = [
    ...(weight === undefined ? [] : [`use ${formatNumber(weight)} %${heavierThanNext(phase, weight)}`]),
    ...(minutes === undefined ? [] : [`bake ${formatDuration(minutes)}${longerThanNext(phase, minutes)}`]),
    ...(leastLimit === null ? [] : [`allow ${percent(twoDigits(leastLimit))} bad`]),
  ];
  return ways.join(', or ');
};

/** Up to and with `below` in steps of `step`. */
interface Step {
  readonly below: number;
  readonly step: number;
}

const WEIGHT_STEPS: readonly Step[] = [
  { below: 1, step: 0.1 },
  { below: 5, step: 0.5 },
  { below: Number.POSITIVE_INFINITY, step: 1 },
];
const BAKE_STEPS: readonly Step[] = [
  { below: 120, step: 5 },
  { below: 720, step: 30 },
  { below: 2880, step: 60 },
  { below: Number.POSITIVE_INFINITY, step: 720 },
];

const upTo = (steps: readonly Step[], value: number): number => {
  const step = steps.find(({ below }) => value <= below)?.step ?? 1;
  // No further for the rounding of arithmetic.
  return Number((Math.ceil(value / step - 1e-9) * step).toFixed(1));
};

/** Rounded up. */
const twoDigits = (share: number): number => {
  const digit = 10 ** (Math.floor(Math.log10(share)) - 1);
  return Math.ceil(share / digit - 1e-9) * digit;
};

/** A plan's weights do not fall. */
const heavierThanNext = ({ next }: PhaseFeasibility, weight: number): string =>
  next !== null && weight > next.weight ? ` (and no less in ${next.name})` : '';

const longerThanNext = ({ next }: PhaseFeasibility, minutes: number): string =>
  next !== null && next.latestMinutes !== null && minutes > next.latestMinutes ? ` (and start ${next.name} later)` : '';

export const percent = (share: number): string => `${formatNumber(100 * share)} %`;

/** "requests failed", of the baseline's own. */
export const badWords = (share: ShareKey): string => {
  if (share === 'failures') return 'requests failed';
  if (share === 'unavailable') return 'requests had a connection error';
  return `answers took longer than ${share.slice('slow:'.length)}`;
};
