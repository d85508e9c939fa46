import { formatDuration } from '../plan/duration.ts';
import { formatNumber } from '../plan/metric.ts';
import type { Guard, Plan } from '../plan/plan.ts';
import type { GuardOutlook } from './examine.ts';
import { ASSUMED } from './healthy-guard.ts';
import type { Section } from './section.ts';
import type { Cells } from './table.ts';
import { POWER, type WatchPower } from './watch-power.ts';

/** How often each guard would trip on a healthy candidate. */
export const guardSection = (plan: Plan, outlooks: readonly GuardOutlook[]): Section => ({
  heading: 'Guards, and how often each would trip on a healthy candidate',
  rows: outlooks.map((outlook, index) => guardRow(plan, plan.guards[index], outlook)),
  remarks: outlooks.some(({ tripsPerDay }) => tripsPerDay.length > 0)
    ? [
        `Simulated: ${ASSUMED.days} days at each weight, judged as rollouts are, with even traffic and bad events whose variance is ${ASSUMED.dispersion} times their mean.`,
        'A proven guard trips at most once in 100 minutes on average while the candidate is exactly AT its limit, far more rarely below it.',
      ]
    : [],
});

const guardRow = (plan: Plan, guard: Guard | undefined, outlook: GuardOutlook): Cells => {
  const armed = outlook.notArmedAt100 && plan.phases.some(({ weight }) => weight === 100) ? 'not armed at 100' : '';
  return [outlook.text, proofWord(guard, outlook), guard === undefined ? '' : frequency(guard, outlook), armed];
};

/** A gauge has no proof: every minute of its window must lie beyond the limit. */
const proofWord = (guard: Guard | undefined, { proof }: GuardOutlook): string =>
  guard?.claim.kind === 'gauge' || proof === 'none' ? 'literal' : 'proven';

const frequency = (guard: Guard, { tripsPerDay, healthyShare, proof }: GuardOutlook): string => {
  if (tripsPerDay.length > 0 && healthyShare !== null) {
    const each = tripsPerDay.map(
      ({ weight, trips }) => `${trips === 0 ? 'none' : `${formatNumber(trips)} a day`} at ${weight} %`,
    );
    return `${each.join(', ')} (if ${formatNumber(100 * healthyShare)} % are bad)`;
  }
  switch (guard.claim.kind) {
    case 'gauge':
      return `cannot be told beforehand: all ${guard.forMinutes} minutes must lie beyond the limit`;
    case 'ratio':
    case 'segmentRatio':
      return proof === 'proven'
        ? 'after at most 1 of 100 rises'
        : 'cannot be told beforehand: it depends on how much the numbers vary';
    case 'share':
      return proof === 'proven'
        ? 'at most once in 100 minutes AT the limit, far more rarely below it'
        : 'often where traffic is low: give the traffic to see how often';
  }
};

/** How soon the regression watch sees a candidate that fails more than the baseline. */
export const watchSection = (plan: Plan, power: readonly WatchPower[]): Section => {
  const { regressionWatch: watch } = plan;
  if ('off' in watch) return { heading: 'Regression watch', rows: [['off', watch.off]] };
  const promise = `A healthy release is rolled back by it in fewer than ${formatNumber(100 * watch.falseRollbacks)} of 100 rollouts.`;
  const at100 = 'At weight 100 there is no baseline: there it knows only a limit on failures.';
  if (power.length === 0) return { heading: 'Regression watch', rows: [['armed', promise]] };
  return {
    heading: 'Regression watch: which failures it sees, and how soon',
    rows: power.map((each) => [
      `${each.phase} at ${each.weight} %`,
      smallestText(each),
      ...POWER.times.map((times, index) => `×${times} ${minutesText(each, index)}`),
    ]),
    remarks: [
      `Minutes that are judged until nine of ten of ${POWER.runs} simulated runs have seen it, in brackets until half have; the candidate fails so many times as much as the baseline from the phase's first minute on. Warm-up and some 4 minutes until a minute is settled come on top.`,
      promise,
      at100,
    ],
  };
};

const smallestText = ({ smallest, withinMinutes }: WatchPower): string =>
  smallest === null
    ? `nothing is seen for sure within ${formatDuration(withinMinutes)}`
    : `from ×${formatNumber(smallest.times)} within ${formatDuration(withinMinutes)}`;

const minutesText = ({ medianMinutes, ninetiethMinutes }: WatchPower, index: number): string => {
  const half = medianMinutes[index] ?? null;
  const nine = ninetiethMinutes[index] ?? null;
  if (half === null) return `not within ${POWER.mostMinutes} min`;
  return nine === null ? `not surely within ${POWER.mostMinutes} min (${half})` : `after ${nine} min (${half})`;
};
