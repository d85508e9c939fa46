import type { Claim, Plan } from '../plan/plan.ts';
import type { RecordedRows } from '../sim/recorded.ts';

/** Criteria that recorded rows cannot decide, because the file has none of the columns they need. */
export const rowsNotes = (plan: Plan, { rows }: RecordedRows): readonly string[] => {
  const columns: readonly (readonly [needs: (claim: Claim) => boolean, columns: string, isThere: boolean])[] = [
    [
      (claim) => claim.kind === 'share' && claim.share === 'unavailable',
      'unavailable and baselineUnavailable',
      rows.some(({ candidate }) => candidate !== null && candidate.unavailable !== null),
    ],
    [
      ({ kind }) => kind === 'ratio',
      'revenue and baselineRevenue',
      rows.some(({ business }) => business.candidate.revenue !== null),
    ],
    [
      ({ kind }) => kind === 'segmentRatio' || kind === 'segmentSpread',
      'segment:NAME:requests, segment:NAME:failures and their baseline twins',
      rows.some(({ business }) => Object.values(business.candidate.segments).some((counts) => counts !== null)),
    ],
    [
      ({ kind }) => kind === 'gauge',
      'gauge:NAME',
      rows.some(({ business }) => Object.values(business.candidate.gauges).some((value) => value !== null)),
    ],
  ];
  const criteria = plan.phases.flatMap(({ advance }) => advance);
  return columns.flatMap(([needs, names, isThere]) => {
    const texts = new Set(criteria.filter(({ claim }) => needs(claim)).map(({ text }) => text));
    return isThere || texts.size === 0
      ? []
      : [`The rows have no column ${names}: ${[...texts].join(', ')} cannot be decided.`];
  });
};
