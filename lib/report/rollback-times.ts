/** How long the way back took, and what it cost. */
import { formatDuration } from '../plan/duration.ts';
import { formatNumber } from '../plan/metric.ts';
import { instant } from '../rollout/explain.ts';
import type { Rollback } from '../rollout/rollout.ts';
import type { Ledger } from './ledger.ts';
import { formatFailures, formatWeight, instantOr } from './wording.ts';

/** Name and value, in the order in which things happened. Undefined: nothing was rolled back; an A/A rollout that ends goes home. */
export const rollbackTimes = (ledger: Ledger): readonly (readonly [string, string])[] | undefined => {
  const rollback = ledger.newest?.state.rollback ?? null;
  const { wayBack } = ledger;
  if (rollback === null || wayBack === null || rollback.reason.code === 'AA_OVER') return undefined;
  const { faultBeganAt, decidedAt, verifiedAt, lastRequestMinute, tailRequests, fromWeight } = rollback;
  return [
    [
      'fault began',
      faultBeganAt === null ? 'not decided on rows' : `${instant(faultBeganAt)} (start of the first breaching minute)`,
    ],
    ['detected', `${instant(wayBack.detectedAt)}${after(wayBack.detectedAt, faultBeganAt, 'the beginning')}`],
    [
      'decided',
      `${instant(decidedAt)}${after(decidedAt, faultBeganAt, 'the beginning')}, from ${formatWeight(fromWeight)}`,
    ],
    [
      'weight 0 verified',
      verifiedAt === null ? 'not yet' : `${instant(verifiedAt)}${after(verifiedAt, decidedAt, 'the decision')}`,
    ],
    ['last request on the candidate', lastRequest(lastRequestMinute, tailRequests)],
    ['candidate since the fault began', cost(ledger)],
  ];
};

const after = (at: number, from: number | null, what: string): string =>
  from === null || at < from ? '' : `, ${formatDuration((at - from) / 60_000)} after ${what}`;

const lastRequest = (minute: Rollback['lastRequestMinute'], tail: number): string => {
  if (minute === null) return 'none since the decision';
  return `in the minute ${instant(Date.parse(minute))}${tail > 0 ? `; ${formatNumber(tail)} requests after weight 0 was verified` : ''}`;
};

const cost = ({ totals, wayBack }: Ledger): string => {
  const from = wayBack?.atFault ?? null;
  if (from === null) return 'not known: no fault is dated';
  return formatFailures(totals.failures - from.failures, totals.requests - from.requests);
};

/** The same as one sentence. */
export const rollbackSentence = (ledger: Ledger): string | undefined => {
  const rollback = ledger.newest?.state.rollback ?? null;
  const { wayBack } = ledger;
  if (rollback === null || wayBack === null || rollback.reason.code === 'AA_OVER') return undefined;
  const { faultBeganAt, decidedAt, verifiedAt, lastRequestMinute } = rollback;
  const parts = [
    faultBeganAt === null ? 'not decided on rows, so no fault is dated' : `fault began ${instant(faultBeganAt)}`,
    `detected ${instant(wayBack.detectedAt)}`,
    `decided ${instant(decidedAt)}`,
    `weight 0 verified on all rules ${instantOr(verifiedAt, 'not yet')}`,
    `last request on the candidate ${lastRequestMinute === null ? 'before the decision' : instant(Date.parse(lastRequestMinute))}`,
  ];
  const whole =
    verifiedAt === null
      ? ''
      : ` It took ${formatDuration((verifiedAt - (faultBeganAt ?? decidedAt)) / 60_000)} from ${faultBeganAt === null ? 'the decision' : "the fault's beginning"} to weight 0.`;
  return `${capital(parts.join('; '))}.${whole}`;
};

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
