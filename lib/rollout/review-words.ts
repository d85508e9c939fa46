/** The day and the week of a review, as people read them in messages and in the report. */
import { betaOf } from '../judge/bound.ts';
import { seeApart } from '../judge/ratio.ts';
import { formatDuration } from '../plan/duration.ts';
import { formatNumber, formatQuantity } from '../plan/metric.ts';
import type { Plan } from '../plan/plan.ts';
import { percent, round } from './assessment-words.ts';
import { instant } from './explain.ts';
import type { RolloutState, Span, Week } from './rollout.ts';

export const trafficLine = ({ from, to, requests, failures }: Span): string => {
  const failed = requests > 0 ? `, ${round(failures)} of them failed (${percent(failures / requests)})` : '';
  return `From ${instant(from)} to ${instant(to)}: ${round(requests)} requests${failed}.`;
};

export const holdLine = ({ holds, moreHolds, heldMinutes }: Span): string => {
  if (holds.length === 0) return 'Holds and incidents: none.';
  const named = holds.map(({ code, since }) => `${code} since ${instant(since)}`).join(', ');
  return `Holds and incidents: ${named}${moreHolds > 0 ? ` and ${moreHolds} more` : ''}; held for ${formatDuration(heldMinutes)}.`;
};

export const passesLine = (plan: Plan, { bake, phase }: RolloutState): string => {
  const needed = plan.phases[phase]?.passInARow ?? 0;
  return `Daily checkpoints passed in a row: ${bake.passesInARow}${needed > 0 ? `; ${needed} are needed` : ''}.`;
};

/** With rule stickiness a client stays on its side; a weight of 100 has only one. */
export const audienceLine = ({ traffic: { audience } }: Plan, { weight }: RolloutState): string =>
  `Audience: ${audience === undefined ? '' : `${formatNumber(audience.count)} ${audience.noun}, `}${formatNumber(weight)} % of the requests on the candidate.`;

/**
 * Undefined: the plan has no revenue. Compared with the baseline's below weight 100, in other weeks: what lies between them is in it, too.
 * No money is projected from an interval that contains 0.
 */
export const revenueLine = (
  { metrics }: Plan,
  { sales }: Week,
  before: RolloutState['salesBefore'],
): string | undefined => {
  const [blocks = 0, revenue = 0, requests = 0] = sales.revenue;
  if (metrics.revenue === undefined) return undefined;
  if (blocks === 0 || requests <= 0) return 'Revenue: no minute of it is known.';
  const sum = `Revenue: ${formatNumber(revenue)} on ${round(requests)} requests, ${formatNumber(revenue / requests)} a request.`;
  if (before === undefined) return `${sum} There is nothing to compare it with.`;
  const { measured, lower, upper } = seeApart(sales.revenue, before, 1 - LEVEL);
  const [, , , revenueBefore = 0, requestsBefore = 0] = before;
  const usual = `The baseline had ${formatNumber(revenueBefore / requestsBefore)} before the candidate had everything`;
  if (measured === null || lower === null || upper === null) return `${sum} ${usual}; too little to compare.`;
  const difference = `${formatQuantity(RELATIVE, measured)} (95 %, at any time: ${formatQuantity(RELATIVE, lower)} to ${formatQuantity(RELATIVE, upper)})`;
  const money =
    lower <= 0 && upper >= 0
      ? 'The interval contains 0, so no difference is shown and no money is projected from it.'
      : `On this week's requests that is ${formatNumber(gained(revenue, lower))} to ${formatNumber(gained(revenue, upper))}; the season between the two is in it, not only the release.`;
  return `${sum} ${usual}: ${difference}. ${money}`;
};

/** Of this revenue, what came or went by a relative difference. */
const gained = (revenue: number, difference: number): number => revenue * (difference / (1 + difference));

const LEVEL = 1 - betaOf(0);
const RELATIVE = { kind: 'ratio', side: 'below', limit: 0 } as const;
