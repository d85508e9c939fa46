import { ASSUMED_CLUMPINESS } from '../judge/clumpiness.ts';
import type { Need, PhaseFeasibility } from '../judge/feasibility.ts';
import { amountOf, percent, remedyOf } from '../judge/feasibility-words.ts';
import { needsOf } from '../judge/needs.ts';
import { formatDuration } from '../plan/duration.ts';
import { formatNumber } from '../plan/metric.ts';
import type { Plan } from '../plan/plan.ts';
import type { Assumed } from './examine.ts';
import type { Paint } from './paint.ts';
import type { Section } from './section.ts';
import type { Cells } from './table.ts';

export const feasibilitySections = (
  plan: Plan,
  phases: readonly PhaseFeasibility[],
  assumed: Assumed,
  paint: Paint,
): readonly Section[] =>
  phases.map((phase, index) => ({
    heading: `${phase.name}: ${phase.weight} % for ${formatDuration(phase.bakeMinutes)}${headingRest(phase)}`,
    rows: phase.needs.map((need, at) => needRow(phase, need, at, paint)),
    remarks: [
      ...remarksOf(plan, index),
      ...lateness(plan, phase),
      ...(index === phases.length - 1 ? closing(assumed) : []),
    ],
  }));

const headingRest = ({ bakeMinutes, countedMinutes, extendedMinutes }: PhaseFeasibility): string => {
  const counted = countedMinutes === bakeMinutes ? '' : `, of which ${formatDuration(countedMinutes)} count`;
  return `${counted}; extended to ${formatDuration(extendedMinutes)} at most`;
};

const needRow = (phase: PhaseFeasibility, need: Need, at: number, paint: Paint): Cells => {
  const words = {
    enough: paint('green', 'enough'),
    extended: paint('yellow', 'late'),
    unlikely: paint('yellow', 'unlikely'),
    short: paint('red', 'short'),
    never: paint('red', 'never'),
    unknown: '-',
  };
  const binds = phase.binding === at ? paint('bold', 'binds') : '';
  return [words[need.prospect], need.text, needText(need), comesText(need), binds, remarkOf(phase, need)];
};

const needText = (need: Need): string => (need.of === 'nothing' ? 'no number of requests' : `needs ${amountOf(need)}`);

const comesText = ({ of, expected, expectedExtended, prospect }: Need): string => {
  if (expected === null || of === 'nothing') return '';
  const extended =
    prospect === 'enough' || expectedExtended === null
      ? ''
      : `, ${formatNumber(Math.round(expectedExtended))} with extensions`;
  return `${formatNumber(Math.round(expected))} come${extended}`;
};

const remarkOf = (phase: PhaseFeasibility, need: Need): string => {
  const { bearableShare, of, presentShare, prospect } = need;
  if (prospect === 'never')
    return [`never at ${percent(presentShare ?? 0)} bad`, remedyOf(phase, need)].filter(Boolean).join(': ');
  if (prospect !== 'enough' && prospect !== 'unknown') return remedyOf(phase, need);
  if (of === 'halfOfMinutes') return 'half of the minutes';
  if (bearableShare === null) return '';
  return bears(need) ? `passes in time below ${percent(bearableShare)} bad` : 'passes in time only without a bad one';
};

/** Whether a single bad one of those that come still lets it pass. */
const bears = ({ bearableShare, expected }: Need): boolean => (bearableShare ?? 0) * (expected ?? 0) >= 1;

const remarksOf = (plan: Plan, index: number): readonly string[] => {
  const phase = plan.phases[index];
  const remarks: string[] = [];
  if (phase?.advance.some(({ claim }) => claim.kind === 'segmentSpread')) {
    remarks.push(
      'segmentSpread is nearly always true at low error rates: segmentErrorRatio is what finds a bad segment.',
    );
  }
  if (phase?.advance.length === 0) remarks.push('No criteria: sign-offs alone decide.');
  if (phase !== undefined && phase.passInARow > 0)
    remarks.push(
      `The last ${phase.passInARow} checkpoints, the gate included, must all pass, so what comes after the first of these is too late.`,
    );
  return remarks;
};

/** A few minutes are not worth a sentence. */
const LATE_MINUTES = 5;

const lateness = (plan: Plan, { needs, countedMinutes }: PhaseFeasibility): readonly string[] => {
  const left = Math.min(countedMinutes, ...needs.map(({ minutes }) => minutes));
  const behind = countedMinutes - left;
  return behind === 0 || (behind < LATE_MINUTES && left > 0)
    ? []
    : [
        `The plan's own metrics settle up to ${formatDuration(needsOf(plan).businessSettleMinutes)} after their minute, and a gate does not wait for them: ${formatDuration(behind)} less of the bake count for them.`,
      ];
};

/** What all of it rests on. */
const closing = ({ failureShare, failureRateGiven, clumpiness }: Assumed): readonly string[] => [
  `Requests needed: at this share of bad ones nine of ten bakes pass with them; limits are proven at 95 % whenever one looks, for bad ones in clumps of ${formatNumber(clumpiness ?? ASSUMED_CLUMPINESS)} (D${clumpiness === undefined ? ', until it is measured: --clumpiness N' : ''}).`,
  failureRateGiven
    ? `Given: ${percent(failureShare)} fail. What else is bad is taken as rehearsals have it.`
    : `Taken for healthy, as rehearsals have it: ${percent(failureShare)} fail (--failure-rate P%), and as much else is bad as the rows say.`,
];
