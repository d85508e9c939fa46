/** The report of a rollback: the minutes that proved it, who was told, what to do now. */
import { describe, expect, test } from 'vitest';
import type { BusinessRow } from '../../lib/judge/row.ts';
import type { GuardTrip, WatchTrip } from '../../lib/judge/verdict.ts';
import type { Claim, Plan } from '../../lib/plan/plan.ts';
import { addEntry, emptyLedger } from '../../lib/report/ledger.ts';
import { reportMarkdown } from '../../lib/report/report.ts';
import type { Entry, Notice } from '../../lib/rollout/entry.ts';
import type { Reason } from '../../lib/rollout/reason.ts';
import { after, bakedTo, baking, canary, commandBy, cpuAt, entryAt, plan, rowAt, SRE, scheduled } from './entries.ts';

const start = entryAt(-10, { code: 'SCHEDULED', start: plan.start }, scheduled, commandBy('start', SRE));
const begin = entryAt(0, { code: 'STARTED', weight: 1, from: 0 }, canary, {
  decision: { decision: 'advance', reason: { code: 'STARTED', weight: 1, from: 0 } },
});
/** Forty minutes of rows; the candidate fails from minute 36 on. */
const rows = entryAt(40, baking(37), bakedTo(canary, 37, 0), {
  rows: Array.from({ length: 40 }, (_, minute) => rowAt(minute, minute >= 36 ? 9 : 0)),
  businessRows: Array.from({ length: 40 }, (_, minute) => cpuAt(minute, minute >= 36 ? 97 : 40)),
});

const rollbackFor = (reason: Reason, faultBeganAt: number | null = after(36)) => ({
  decidedAt: after(41),
  reason,
  faultBeganAt,
  fromWeight: 1,
  verifiedAt: after(42),
  lastRequestMinute: '2025-10-31T12:41Z',
  quietRows: 2,
  tailRequests: 0,
  pagedAt: after(41),
});
const paged: Notice = { audience: 'onCall', subject: 'small: rolling back', text: 'x' };
const done: readonly Notice[] = [
  { audience: 'everyone', subject: 'small: rolled back', text: 'x' },
  { audience: 'leads', subject: 'small: no sign-off is needed', text: 'x' },
];
const entriesFor = (reason: Reason, faultBeganAt?: number | null): readonly Entry[] => {
  const rollback = rollbackFor(reason, faultBeganAt);
  const drained = { code: 'DRAINED', afterMinutes: 6 } as const;
  return [
    start,
    begin,
    { ...rows, notices: [{ audience: 'everyone', subject: 'small: long before', text: 'x' }] },
    entryAt(
      41,
      reason,
      { ...canary, status: 'rollingBack', weight: 0, rollback: { ...rollback, verifiedAt: null } },
      {
        decision: { decision: 'rollBack', reason },
        notices: [paged],
        rows: [rowAt(40, 11)],
      },
    ),
    entryAt(
      48,
      drained,
      { ...canary, status: 'rolledBack', weight: 0, rollback, endedAt: after(48), endedBy: reason },
      {
        decision: { decision: 'rollBack', reason: drained },
        notices: done,
      },
    ),
  ];
};
const sectionFor = (reason: Reason, faultBeganAt?: number | null, rolledOut = plan): string => {
  const ledger = emptyLedger(rolledOut);
  for (const entry of entriesFor(reason, faultBeganAt)) addEntry(ledger, entry);
  const report = reportMarkdown(ledger);
  const from = report.indexOf('## Rollback');
  return report.slice(from, report.indexOf('\n## ', from + 1));
};

const guardOn = (claim: GuardTrip['claim'], segment?: string): Reason => ({
  code: 'GUARD_TRIPPED',
  trip: {
    kind: 'guard',
    guard: 0,
    text: 'a guard',
    claim,
    measured: 0.09,
    bad: 18,
    requests: 200,
    baselineMeasured: 0.0008,
    log10Evidence: 2.4,
    minute: '2025-10-31T12:40Z',
    sinceMinute: '2025-10-31T12:36Z',
    segment,
  },
});
const failures = guardOn({ kind: 'share', share: 'failures', side: 'above', limit: 0.015 });

describe('the report of a rollback', () => {
  const section = sectionFor(failures);

  test('has the minutes from shortly before the fault to the decision, with the baseline beside them', () => {
    expect(section).toContain('| minute | weight | candidate: failed of requests | baseline: failed of requests |  |');
    expect(section).toContain('| 2025-10-31 12:31 UTC | 1 % | 0 of 100 (0 %) | 8 of 9,900 (0.0808 %) |  |');
    expect(section).toContain(
      '| 2025-10-31 12:36 UTC | 1 % | 9 of 100 (9 %) | 8 of 9,900 (0.0808 %) | the fault began |',
    );
    expect(section).toContain('| 2025-10-31 12:40 UTC | 1 % | 11 of 100 (11 %) | 8 of 9,900 (0.0808 %) |  |');
    expect(section).not.toContain('2025-10-31 12:30 UTC | 1 %');
  });

  test('says by which rule, on which numbers, who was told when, and what to do now', () => {
    expect(section).toContain('Decided by guard "a guard".');
    expect(section).toContain('9 %, 18 of 200; baseline 0.08 %');
    expect(section).toContain('| 2025-10-31 12:41 UTC | on call: the operators | small: rolling back |');
    expect(section).toContain('| 2025-10-31 12:48 UTC | everyone | small: rolled back |');
    expect(section).toContain('| 2025-10-31 12:48 UTC | leads: engineering, product | small: no sign-off is needed |');
    expect(section).not.toContain('long before');
    expect(section).toContain('start it under a new name');
    expect(section).toContain(
      'Look at the logs and traces of new from 2025-10-31 12:36 UTC to 2025-10-31 12:42 UTC, beside those of old in the same minutes.',
    );
  });

  test('names the channel in which everyone reads along', () => {
    const inChannel = (slack: NonNullable<Plan['notify']['slack']>) =>
      sectionFor(commanded, null, { ...plan, notify: { slack } });
    const commanded: Reason = { code: 'COMMANDED', command: 'rollBack', actor: SRE, why: 'x' };
    expect(inChannel('#deployments')).toContain('| everyone, #deployments |');
    expect(inChannel({ everyone: '#all', onCall: '#ops' })).toContain('| everyone, #all |');
  });

  test('without a dated fault shows the last minutes, and sends nobody to look for it', () => {
    const commanded = sectionFor({ code: 'COMMANDED', command: 'rollBack', actor: SRE, why: 'x' }, null);
    expect(commanded).toContain('| 2025-10-31 12:40 UTC | 1 % | 11 of 100 (11 %)');
    expect(commanded).not.toContain('| the fault began |');
    expect(commanded).not.toContain('Look at the logs');
  });
});

describe('what proved it is shown by what was counted', () => {
  test.each<[string, Claim]>([
    ['slower than 200 ms', { kind: 'share', share: 'slow:200ms', side: 'above', limit: 0.01 }],
    ['unanswered of requests', { kind: 'share', share: 'unavailable', side: 'above', limit: 0.01 }],
    ['revenue on requests', { kind: 'ratio', side: 'below', limit: -0.05 }],
    ['cpu', { kind: 'gauge', gauge: 'cpu', side: 'above', limit: 85 }],
  ])('%s', (what, claim) => {
    expect(sectionFor(guardOn(claim as GuardTrip['claim']))).toContain(`| minute | weight | candidate: ${what} |`);
  });

  test('a gauge and revenue with their values', () => {
    expect(sectionFor(guardOn({ kind: 'gauge', gauge: 'cpu', side: 'above', limit: 85 }))).toContain(
      '| 2025-10-31 12:36 UTC | 1 % | 97 | unknown | the fault began |',
    );
    expect(sectionFor(guardOn({ kind: 'ratio', side: 'below', limit: -0.05 }))).toContain(
      '| 2025-10-31 12:36 UTC | 1 % | 50 on 100 | 50 on 100 | the fault began |',
    );
  });

  test('a segment by itself, and as unknown where it was not there', () => {
    const inSegment = sectionFor(guardOn({ kind: 'segmentRatio', side: 'above', limit: 2 }, 'k12'));
    expect(inSegment).toContain('candidate: failed of requests in segment k12');
    expect(inSegment).toContain('| 2025-10-31 12:36 UTC | 1 % | unknown | unknown | the fault began |');
  });

  test('minutes that had not settled are marked as such', () => {
    const trip: WatchTrip = {
      kind: 'watch',
      metric: 'failures',
      bet: 'burst',
      log10Wealth: 3,
      minute: '2025-10-31T12:41Z',
      sinceMinute: '2025-10-31T12:36Z',
      minutes: 6,
      requests: 600,
      events: 56,
      baselineRequests: 59_400,
      baselineEvents: 48,
      atLeastTimes: 12,
      falseRollbacks: 0.01,
      unsettled: [rowAt(41, 12)],
    };
    expect(sectionFor({ code: 'WATCH_TRIPPED', trip })).toContain(
      '| 2025-10-31 12:41 UTC | 1 % | 12 of 100 (12 %) | 8 of 9,900 (0.0808 %) | not settled, taken at its best for the candidate |',
    );
  });

  test('nothing is shown of minutes long ago: the ledger keeps the newest thirty', () => {
    const ledger = emptyLedger(plan);
    const many: readonly BusinessRow[] = Array.from({ length: 100 }, (_, minute) => cpuAt(minute, 1));
    addEntry(ledger, { ...begin, businessRows: many });
    expect(ledger.recent.businessRows).toHaveLength(30);
    expect(ledger.recent.businessRows.at(-1)?.minute).toBe('2025-10-31T13:39Z');
  });
});
