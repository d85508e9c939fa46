/** Daily health checks and weekly business reviews in the report. */
import { expect, test } from 'vitest';
import { addEntry, emptyLedger } from '../../lib/report/ledger.ts';
import { reportMarkdown } from '../../lib/report/report.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import type { Reason } from '../../lib/rollout/reason.ts';
import { closeDay, newReview, reviewRow } from '../../lib/rollout/review.ts';
import type { Review } from '../../lib/rollout/rollout.ts';
import { after, bakedTo, canary, entryAt, errorRate, holdOf, planOf, rowAt } from './entries.ts';

const DAY = 1440;
const daily = planOf((source) => source.replace('bake: 1h, advance', 'bake: 12d, checkpoints: daily, advance'));
const all = { ...canary, phase: 1, weight: 100, weightBefore: 1 };
const incident: Reason = { code: 'INCIDENT_OPEN', incidents: ['db'] };

/** A row a day, and a hold on the second. */
const journal = (): readonly Entry[] => {
  let review: Review = newReview(daily, after(0));
  return Array.from({ length: 8 }, (_, index) => {
    const days = index + 1;
    const holds = days === 2 ? [holdOf('INCIDENT_OPEN', incident, DAY + 10)] : [];
    review = closeDay(daily, reviewRow(review, rowAt(days * DAY - 1, 1, 8, 100), { holds }), days);
    const reason: Reason = {
      code: 'CHECKPOINT',
      checkpoint: `${days}d`,
      assessments: [errorRate('pass')],
      lastDay: [errorRate('pass')],
    };
    const bake = { ...bakedTo(all, days * DAY, days).bake, passesInARow: days === 2 ? 0 : days };
    return entryAt(days * DAY + 4, reason, { ...all, bake, review });
  });
};

const reportOf = (entries: readonly Entry[]): string => {
  const ledger = emptyLedger(daily);
  for (const entry of entries) addEntry(ledger, entry);
  return reportMarkdown(ledger);
};

test('every day has a line with its requests, its holds, and how many passed in a row', () => {
  const report = reportOf(journal());
  expect(report).toContain(
    '| all | 2025-10-31 12:00 UTC to 2025-11-01 12:00 UTC | 2025-11-01 12:04 UTC | 100 | 1 (1 %) | none | 1 |',
  );
  expect(report).toContain(
    '| all | 2025-11-01 12:00 UTC to 2025-11-02 12:00 UTC | 2025-11-02 12:04 UTC | 100 | 1 (1 %) | INCIDENT\\_OPEN (held for 1m) | 0: not all criteria passed |'.replace(
      '\\_',
      '_',
    ),
  );
});

test('the seventh closes a week: its traffic, audience, revenue, holds, days in a row and cost', () => {
  const report = reportOf(journal());
  expect(report).toContain('Week 1, told 2025-11-07 12:04 UTC:');
  expect(report).toContain(
    '- From 2025-10-31 12:00 UTC to 2025-11-07 12:00 UTC: 700 requests, 7 of them failed (1 %).',
  );
  expect(report).toContain('- Audience: 500,000 learners, 100 % of the requests on the candidate.');
  expect(report).toContain('- Revenue: no minute of it is known.');
  expect(report).toContain('- Holds and incidents: INCIDENT_OPEN since 2025-11-01 12:10 UTC; held for 1m.');
  expect(report).toContain('- Daily checkpoints passed in a row: 7.');
  expect(report).toMatch(/- Sluice had cost \d+\.\d\d USD at AWS so far\./);
  expect(report).toContain(
    'Since the last weekly review:\n\n- From 2025-11-07 12:00 UTC to 2025-11-08 12:00 UTC: 100 requests',
  );
});

test('a review is kept once, whatever entries repeat it, and a rollout without daily checkpoints has none', () => {
  const entries = journal();
  const repeated = entries.flatMap((entry) => [
    entry,
    { ...entry, at: new Date(Date.parse(entry.at) + 60_000).toISOString() },
  ]);
  expect(reportOf(repeated).match(/^\| all \| 2025-10-31 12:00 UTC to/gm)).toHaveLength(1);
  expect(reportOf(entries.map((entry) => ({ ...entry, state: all })))).not.toContain('Daily health checks');
});

test('each phase names who was on call, who ticked and signed what, and where it went from there', () => {
  const begin = entryAt(0, { code: 'STARTED', weight: 1, from: 0 }, canary);
  const ticking = entryAt(
    3,
    { code: 'SCHEDULED', start: after(0) },
    { ...canary, ticked: ['canary/release tag exists'] },
    {
      cause: {
        by: 'command',
        command: 'checkOff',
        actor: 'arn:aws:sts::1:assumed-role/Sre/ann',
        why: 'release tag exists',
      },
    },
  );
  const report = reportOf([begin, ticking]);
  const phase = report.slice(report.indexOf('## Phase canary'), report.indexOf('## Guards'));
  expect(phase).toContain('- On call: nobody is named; the operators are called.');
  expect(phase).toContain(
    '- Checklist: release tag exists ticked by arn:aws:sts::1:assumed-role/Sre/ann, 2025-10-31 12:03 UTC.',
  );
  expect(phase).toContain(
    '- Sign-offs: engineering waiting, asked when the gate passes; product waiting, asked when the gate passes.',
  );
  expect(phase).toContain('- Next: all at 100 %.');
});
