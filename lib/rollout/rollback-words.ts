/** The way back in lines: what began when, and what people do now. */
import { formatDuration, MINUTE_MS } from '../plan/duration.ts';
import { formatNumber } from '../plan/metric.ts';
import type { Plan } from '../plan/plan.ts';
import { instant } from './explain.ts';
import type { Rollback } from './rollout.ts';

/** With its measured times; the report has the minutes that proved it. */
export const rollbackLines = (
  { rollout, mode }: Plan,
  { faultBeganAt, decidedAt, verifiedAt, lastRequestMinute, tailRequests, fromWeight }: Rollback,
): readonly string[] => [
  `${[
    faultBeganAt === null ? 'Not decided on rows, so no fault is dated' : `Fault began ${instant(faultBeganAt)}`,
    `decided ${instant(decidedAt)}${after(decidedAt, faultBeganAt)} at ${formatNumber(fromWeight)} %`,
    verifiedAt === null
      ? 'weight 0 not seen yet'
      : `weight 0 seen on every rule ${instant(verifiedAt)}${after(verifiedAt, faultBeganAt)}`,
    lastRequestMinute === null
      ? 'no request on the candidate since then'
      : `last request on the candidate ${instant(Date.parse(lastRequestMinute))}${tailRequests > 0 ? `; ${formatNumber(tailRequests)} requests came after weight 0 was seen` : ''}`,
  ].join('; ')}.`,
  mode === 'aa'
    ? 'Now: find out why two groups with the same release differ, and repeat the A/A rollout under a new name.'
    : 'Now: fix the release, and start it under a new name; this one never rises again.',
  `The minutes that proved it, beside the baseline's, and who was told when: sluice report ${rollout}.`,
];

const after = (at: number, from: number | null): string =>
  from === null || at <= from ? '' : ` (after ${formatDuration((at - from) / MINUTE_MS)})`;
