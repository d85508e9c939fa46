/** What watched over the candidate, and how near it came to each limit. */
import type { WatchTrip } from '../judge/verdict.ts';
import { formatNumber, formatQuantity } from '../plan/metric.ts';
import type { Guard, Plan } from '../plan/plan.ts';
import { instant } from '../rollout/explain.ts';
import type { Approach } from './approach.ts';
import { list, type Section, section, table } from './blocks.ts';
import type { Ledger } from './ledger.ts';
import { describeClaim, formatWeight } from './wording.ts';

export const guardSection = (ledger: Ledger): Section => {
  const { plan, approaches } = ledger;
  const rows = plan.guards.map((guard, index) => guardRow(ledger, guard, index, approaches[index]));
  return section(
    'Guards and their closest approach',
    rows.length === 0
      ? 'The plan has no guards.'
      : table(
          'Guards, and how near the candidate came to each',
          ['guard', 'trips at', 'closest approach', 'when', 'evidence', 'tripped'],
          rows,
        ),
    list([watchLine(ledger), ...ALWAYS, ...notArmed(plan)]),
  );
};

const guardRow = (
  { changes }: Ledger,
  guard: Guard,
  index: number,
  approach: Approach | undefined,
): readonly string[] => {
  const trip = changes.find(
    ({ decision: { reason } }) =>
      (reason.code === 'GUARD_TRIPPED' || reason.code === 'GUARD_UNACQUITTED') && reason.trip.guard === index,
  );
  return [
    guard.text,
    describeClaim(guard.claim),
    closestText(guard, approach),
    approach?.closest ? `${instant(approach.closest.at)}, at ${formatWeight(approach.closest.weight)}` : '',
    evidenceText(guard, approach),
    trip === undefined ? 'no' : instant(trip.at),
  ];
};

const closestText = (guard: Guard, approach: Approach | undefined): string => {
  const { claim, forMinutes } = guard;
  const closest = approach?.closest ?? null;
  if (closest === null)
    return claim.kind === 'share' && (approach?.windows ?? 0) > 0
      ? `never 3 bad within ${forMinutes}m`
      : nothingSeen(guard);
  const value = formatQuantity(claim, closest.value);
  switch (claim.kind) {
    case 'share':
      return `${value} over ${forMinutes}m (${formatNumber(closest.bad ?? 0)} of ${formatNumber(closest.total ?? 0)})${beyond(guard, closest.value)}`;
    case 'ratio':
      return `the bound that would have to cross the limit was at ${value} after ${formatNumber(closest.total ?? 0)} blocks of 5m since the last rise (asymptotic)`;
    case 'segmentRatio':
      return `${value} since the last rise in segment ${closest.segment ?? 'unknown'} (${formatNumber(closest.bad ?? 0)} of ${formatNumber(closest.total ?? 0)})`;
    case 'gauge':
      return `${value} lasted ${forMinutes}m`;
  }
};

/** A breach that is not proven does not trip: few requests exceed any limit now and then. */
const beyond = ({ claim, proof }: Guard, value: number): string => {
  const isBeyond = claim.side === 'above' ? value > claim.limit : value < claim.limit;
  return isBeyond && proof === 'proven' ? '; beyond the limit, which trips only when it is proven' : '';
};

const nothingSeen = ({ claim, proof }: Guard): string => {
  if (claim.kind === 'ratio' || claim.kind === 'segmentRatio')
    return proof === 'none' ? 'literal: only a trip is recorded' : 'too little to say since the last rise';
  return 'no full window of values';
};

/** S at 100 is proof; only guards on shares keep it. */
const evidenceText = ({ claim, proof }: Guard, approach: Approach | undefined): string => {
  if (claim.kind !== 'share' || proof === 'none') return '';
  return `${formatNumber(Math.max(1, approach?.evidence ?? 1))} of 100`;
};

/** How near the regression watch came to its line. */
export const watchLine = ({ plan, wealth, changes }: Ledger): string => {
  if ('off' in plan.regressionWatch) return `Regression watch: off (${plan.regressionWatch.off}).`;
  const needed = formatNumber(1 / plan.regressionWatch.falseRollbacks);
  const [trip] = changes.flatMap(({ at, decision: { reason } }) =>
    reason.code === 'WATCH_TRIPPED' || reason.code === 'WATCH_ON_STICKY' ? [{ at, reason }] : [],
  );
  const most =
    wealth.at === null
      ? 'never above the 1 it begins with'
      : `at most ${formatNumber(wealth.most)}, ${instant(wealth.at)}`;
  const tripped = trip === undefined ? '' : ` Tripped ${instant(trip.at)}${onUnsettled(trip.reason.trip)}.`;
  return `Regression watch: evidence ${most}; it takes ${needed}.${tripped}`;
};

/** What a look at unsettled rows found is no part of the evidence that is kept. */
const onUnsettled = ({ unsettled, log10Wealth }: WatchTrip): string =>
  unsettled === undefined
    ? ''
    : `, with evidence of ${formatNumber(10 ** log10Wealth)} on ${unsettled.length === 1 ? 'a minute' : `${unsettled.length} minutes`} more that had not settled`;

const ALWAYS = [
  'Always armed besides: no healthy candidate target for a minute or none registered rolls back; a split that is not the weight holds.',
];

const notArmed = (plan: Plan): readonly string[] => {
  const relative = plan.guards
    .filter(({ claim }) => claim.kind === 'ratio' || claim.kind === 'segmentRatio')
    .map(({ text }) => text);
  const has100 = plan.phases.some(({ weight }) => weight === 100);
  return relative.length > 0 && has100
    ? [`Not armed at 100 %, where there is no baseline to compare with: ${relative.join('; ')}.`]
    : [];
};
