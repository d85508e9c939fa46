/** What was looked back on while it stabilised: a line for each day, and each week as leads were told. */
import { formatDuration } from '../plan/duration.ts';
import { formatNumber } from '../plan/metric.ts';
import { instant } from '../rollout/explain.ts';
import { audienceLine, holdLine, revenueLine, trafficLine } from '../rollout/review-words.ts';
import type { Span, Week } from '../rollout/rollout.ts';
import { type Block, list, type Section, section, table } from './blocks.ts';
import type { Ledger, Reviewed } from './ledger.ts';

/** Undefined: no daily checkpoint has been reached. */
export const reviewSection = (ledger: Ledger): Section | undefined => {
  const { reviews } = ledger;
  if (reviews.length === 0) return undefined;
  const weeks = reviews.flatMap((each) => (each.week === null ? [] : weekBlocks(ledger, each, each.week)));
  return section('Daily health checks and weekly business reviews', ...weeks, ...sinceThen(ledger), ...days(ledger));
};

const weekBlocks = (
  { plan, newest }: Ledger,
  { at, weeks, passesInARow, usd }: Reviewed,
  week: Week,
): readonly Block[] => [
  `Week ${weeks}, told ${instant(at)}:`,
  list(
    [
      trafficLine(week),
      ...(newest === null ? [] : [audienceLine(plan, newest.state), revenueLine(plan, week, newest.state.salesBefore)]),
      holdLine(week),
      `Daily checkpoints passed in a row: ${passesInARow}.`,
      `Sluice had cost ${usd.toFixed(2)} USD at AWS so far.`,
    ].filter((line) => line !== undefined),
  ),
];

/** Days after the last whole week. */
const sinceThen = ({ plan, newest }: Ledger): readonly Block[] => {
  const review = newest?.state.review;
  if (review === undefined || newest === null || review.week.to <= review.week.from) return [];
  const { week } = review;
  const lines = [trafficLine(week), revenueLine(plan, week, newest.state.salesBefore), holdLine(week)];
  return [
    review.weeks === 0 ? 'The first week so far:' : 'Since the last weekly review:',
    list(lines.filter((line) => line !== undefined)),
  ];
};

const days = ({ plan, reviews }: Ledger): readonly Block[] => [
  table(
    'Daily health checks',
    ['phase', 'day', 'told', 'requests', 'failed', 'holds and incidents', 'passed in a row'],
    reviews.map(({ at, phase, day, passesInARow }) => [
      plan.phases[phase]?.name ?? '',
      `${instant(day.from)} to ${instant(day.to)}`,
      instant(at),
      formatNumber(day.requests),
      day.requests > 0
        ? `${formatNumber(day.failures)} (${formatNumber((100 * day.failures) / day.requests)} %)`
        : 'no requests',
      holdsOf(day),
      passesInARow === 0 ? '0: not all criteria passed' : `${passesInARow}`,
    ]),
  ),
  "Each day's criteria with their numbers stand in the table of checkpoints of its phase.",
];

const holdsOf = ({ holds, moreHolds, heldMinutes }: Span): string =>
  holds.length === 0
    ? 'none'
    : `${holds.map(({ code }) => code).join(', ')}${moreHolds > 0 ? ` and ${moreHolds} more` : ''} (held for ${formatDuration(heldMinutes)})`;
