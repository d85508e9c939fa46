import { describe, expect, it } from 'vitest';
import type { Assessment, GuardTrip, WatchTrip } from '../../lib/judge/verdict.ts';
import { explain } from '../../lib/rollout/explain.ts';
import type { Reason, ReasonCode } from '../../lib/rollout/reason.ts';
import { failedCriterion, guardTrip, NOW, theRule, watchTrip } from './fixture.ts';

const open = {
  ...failedCriterion,
  verdict: 'insufficient' as const,
  measured: 0.0026,
  lower: 0,
  upper: 0.0188,
  bad: 1,
  requests: 380,
  more: 338,
};
const actor = 'arn:aws:sts::123456789012:assumed-role/Sre/test';

/** One reason per code, and a piece of its sentence: the numbers must be in it. The type makes the table complete. */
const SENTENCES: { readonly [C in ReasonCode]: readonly [Extract<Reason, { code: C }>, string] } = {
  BLIND: [{ code: 'BLIND', behindMinutes: 12 }, '12m old'],
  NO_DATA: [{ code: 'NO_DATA', minute: '2025-10-31T13:20Z', expectedRequests: 27.4 }, 'about 27 were expected'],
  SHARED_OUTAGE: [
    {
      code: 'SHARED_OUTAGE',
      guard: 'errorRate > 1.5% for 2m',
      candidateShare: 0.051,
      baselineShare: 0.0498,
      limit: 0.015,
    },
    'candidate 5.1 %, baseline 4.98 %, limit 1.5 %): this is not the release',
  ],
  SPLIT_OFF: [
    { code: 'SPLIT_OFF', weight: 10, seenPercent: 31.2, requests: 120_000 },
    '31.2 % of 120,000 requests at weight 10 %',
  ],
  INCIDENT_OPEN: [{ code: 'INCIDENT_OPEN', incidents: ['learn-critical-incident'] }, 'learn-critical-incident'],
  CANDIDATE_TOO_SMALL: [
    { code: 'CANDIDATE_TOO_SMALL', healthy: 4, needed: 14, nextWeight: 100 },
    '4 healthy targets; weight 100 % needs 14',
  ],
  WAY_BACK_NARROW: [{ code: 'WAY_BACK_NARROW', healthy: 5, needed: 14, sharePercent: 37.8 }, 'only 38 % at once'],
  INSUFFICIENT_DATA: [
    { code: 'INSUFFICIENT_DATA', assessments: [open], bakedMinutes: 240 },
    'at least 338 more requests needed',
  ],
  SIGN_OFF_EXPIRED: [
    { code: 'SIGN_OFF_EXPIRED', missing: ['finance'], askedAt: NOW, expiredAt: NOW },
    'missing: finance',
  ],
  START_LATE: [{ code: 'START_LATE', start: NOW, lateByMinutes: 240 }, 'more than 4h past'],
  GUARD_UNACQUITTED: [{ code: 'GUARD_UNACQUITTED', trip: guardTrip }, 'no baseline to compare with'],
  WATCH_ON_STICKY: [{ code: 'WATCH_ON_STICKY', trip: watchTrip }, 'the guarantee does not apply'],
  OPERATOR: [{ code: 'OPERATOR', actor, why: 'looking at logs' }, 'looking at logs'],
  WEIGHT_LOWERED_OUTSIDE: [
    { code: 'WEIGHT_LOWERED_OUTSIDE', rule: theRule, live: 0, recorded: 10 },
    'to 0 %, recorded is 10 %',
  ],
  RULE_FOREIGN: [{ code: 'RULE_FOREIGN', rule: theRule, found: 'three target groups' }, 'three target groups'],
  RULE_LOCKED: [{ code: 'RULE_LOCKED', rule: theRule }, 'a way back would be refused'],
  WATCHDOG: [{ code: 'WATCHDOG', staleMinutes: 11 }, '11m without a journal entry'],
  CRITERION_FAILED: [{ code: 'CRITERION_FAILED', assessment: failedCriterion }, '36 of 1,200 requests'],
  GATE_STALE: [{ code: 'GATE_STALE', assessment: failedCriterion, over: 'recent' }, 'on the last bake-length of rows'],
  NO_GO: [{ code: 'NO_GO', role: 'finance', actor, why: 'refunds rise' }, 'finance says NO-GO'],
  SCHEDULED: [{ code: 'SCHEDULED', start: NOW }, '2025-10-31 13:30 UTC'],
  STARTED: [{ code: 'STARTED', weight: 10, from: 1 }, 'from 1 % to 10 %'],
  BAKING: [{ code: 'BAKING', bakedMinutes: 61, ofMinutes: 120, waitingForWeight: false }, 'of 2h'],
  CHECKPOINT: [
    { code: 'CHECKPOINT', checkpoint: '15m', assessments: [failedCriterion] },
    '0 of 1 criteria pass; errorRate < 1% fail',
  ],
  EXTENDED: [{ code: 'EXTENDED', toMinutes: 135, upToMinutes: 240, assessments: [open] }, 'at most 4h'],
  GATE_PASSED: [
    { code: 'GATE_PASSED', assessments: [{ ...open, verdict: 'pass' }], autoSignOffs: ['finance'] },
    'the criterion passes. GO by itself: finance',
  ],
  AA_OVER: [{ code: 'AA_OVER', from: 50 }, 'all traffic goes back to the baseline, from 50 %'],
  AWAITING_SIGN_OFF: [
    { code: 'AWAITING_SIGN_OFF', missing: ['finance', 'product'], expiresAt: NOW, reminder: 0 },
    'finance, product until 2025-10-31 13:30 UTC',
  ],
  AWAITING_START: [{ code: 'AWAITING_START', start: NOW, phase: 'ramp' }, 'ramp starts at 2025-10-31 13:30 UTC'],
  AWAITING_ROLLOUT: [{ code: 'AWAITING_ROLLOUT', rollout: 'other', its: 'rolledBack' }, 'it is rolledBack'],
  AWAITING_CHECKLIST: [{ code: 'AWAITING_CHECKLIST', items: ['dashboards live'] }, 'dashboards live'],
  PREFLIGHT_FAILED: [{ code: 'PREFLIGHT_FAILED', problems: ['rule x does not exist'] }, 'rule x does not exist'],
  WINDOW_CLOSED: [{ code: 'WINDOW_CLOSED', opensAt: NOW }, 'opens at 2025-10-31 13:30 UTC'],
  FROZEN: [{ code: 'FROZEN', until: NOW, why: 'audit' }, 'until 2025-10-31 13:30 UTC: audit'],
  GUARD_TRIPPED: [{ code: 'GUARD_TRIPPED', trip: guardTrip }, '10 of 243'],
  WATCH_TRIPPED: [
    { code: 'WATCH_TRIPPED', trip: watchTrip },
    'In the last 6m the candidate served 1.0 % of the requests but 5.7 % of the failures (18 of 318), at least 2.2 times',
  ],
  CANDIDATE_UNHEALTHY: [
    { code: 'CANDIDATE_UNHEALTHY', registered: 20, sinceMinutes: 1 },
    "None of the candidate's 20 targets",
  ],
  OUTAGE_AFTER_RISE: [
    { code: 'OUTAGE_AFTER_RISE', outageMinutes: 15, minutesAfterRise: 3 },
    'failed for 15m, beginning 3m after a rise',
  ],
  COMMANDED: [{ code: 'COMMANDED', command: 'rollBack', actor, why: 'complaints' }, 'complaints'],
  WEIGHT_ABOVE: [{ code: 'WEIGHT_ABOVE', rule: theRule, live: 50, recorded: 10 }, 'was 50 %, recorded is 10 %'],
  WEIGHT_UNWRITTEN: [
    { code: 'WEIGHT_UNWRITTEN', rule: theRule, live: 1, recorded: 10 },
    'Recorded is weight 10 %, live is 1 %',
  ],
  HELD_TOO_LONG: [{ code: 'HELD_TOO_LONG', hold: 'NO_GO', heldMinutes: 1440 }, 'Nobody answered NO_GO for'],
  RECOVERED: [{ code: 'RECOVERED', hold: 'SHARED_OUTAGE', heldMinutes: 19 }, 'held for 19m and is over'],
  DRAINED: [{ code: 'DRAINED', afterMinutes: 6 }, '6m after weight 0 was seen'],
  STICKY_TAIL: [{ code: 'STICKY_TAIL', requests: 41, afterMinutes: 30 }, '41 requests still reached the candidate'],
  FINISHED: [{ code: 'FINISHED', weight: 100, resting: 'deploy' }, 'and deploy'],
  CLOSED: [{ code: 'CLOSED', actor, why: 'by hand in the incident' }, 'No weight was touched'],
  RECORDED_LATE: [
    { code: 'RECORDED_LATE', of: { code: 'WATCH_TRIPPED', trip: watchTrip } },
    'before it could be recorded. In the last 6m',
  ],
};

const young = { minute: '2025-10-31T13:20Z', weight: 10, candidate: null, baseline: null, hosts: true };
const passed = { ...open, verdict: 'pass' as const };
const few = (...segments: readonly string[]) => ({
  needed: 100,
  segments: segments.map((segment, requests) => ({ segment, requests })),
});

/** The same codes where something is not known, or otherwise. */
const VARIANTS: readonly Reason[] = [
  { code: 'BLIND', behindMinutes: 12, fault: 'throttled' },
  { code: 'CANDIDATE_TOO_SMALL', healthy: null, needed: null, nextWeight: 100 },
  { code: 'INSUFFICIENT_DATA', assessments: [passed, open], bakedMinutes: 240, passesInARow: { have: 2, need: 7 } },
  { code: 'INSUFFICIENT_DATA', assessments: [open], bakedMinutes: 240, passesInARow: { have: 7, need: 7 } },
  { code: 'INSUFFICIENT_DATA', assessments: [{ ...open, more: 'never' }], bakedMinutes: 240 },
  { code: 'INSUFFICIENT_DATA', assessments: [{ ...open, more: undefined, tooFew: few('a') }], bakedMinutes: 240 },
  { code: 'INSUFFICIENT_DATA', assessments: [{ ...open, missing: 'Cpu' }, open], bakedMinutes: 240 },
  {
    code: 'INSUFFICIENT_DATA',
    assessments: [{ ...open, measured: null, lower: null, bad: null, of: 'minutes' }],
    bakedMinutes: 240,
  },
  { code: 'INSUFFICIENT_DATA', assessments: [{ ...open, upper: null }], bakedMinutes: 240 },
  { code: 'GATE_STALE', assessment: failedCriterion, over: 'bake' },
  { code: 'NO_GO', role: 'finance', actor, why: '' },
  { code: 'STARTED', weight: 100, from: 100 },
  { code: 'BAKING', bakedMinutes: 0, ofMinutes: 120, waitingForWeight: true },
  { code: 'CHECKPOINT', checkpoint: '15m', assessments: [] },
  { code: 'CHECKPOINT', checkpoint: '15m', assessments: [passed, failedCriterion, open] },
  { code: 'CHECKPOINT', checkpoint: '15m', assessments: [{ ...open, segment: 'k12' }, passed] },
  { code: 'CHECKPOINT', checkpoint: '15m', assessments: [passed, { ...passed, tooFew: few('a', 'b', 'c') }] },
  { code: 'CHECKPOINT', checkpoint: '15m', assessments: [failedCriterion, { ...passed, tooFew: few('a', 'b') }] },
  { code: 'GATE_PASSED', assessments: [passed, passed], autoSignOffs: [] },
  { code: 'AWAITING_ROLLOUT', rollout: 'other', its: 'baking' },
  { code: 'WINDOW_CLOSED', opensAt: null },
  { code: 'GUARD_TRIPPED', trip: { ...guardTrip, bad: null, baselineMeasured: null, log10Evidence: null } },
  { code: 'GUARD_TRIPPED', trip: { ...guardTrip, baselineMeasured: -0.01, log10Evidence: 6 } },
  { code: 'GUARD_TRIPPED', trip: { ...guardTrip, log10Evidence: 6.01, segment: 'k12' } },
  {
    code: 'GUARD_TRIPPED',
    trip: {
      ...guardTrip,
      claim: { kind: 'ratio', side: 'below', limit: -0.05 },
      measured: -0.1,
      baselineMeasured: -0.01,
    },
  },
  { code: 'WATCH_TRIPPED', trip: { ...watchTrip, atLeastTimes: null, unsettled: [young] } },
  { code: 'WATCH_TRIPPED', trip: { ...watchTrip, unsettled: [young, young] } },
  { code: 'CANDIDATE_UNHEALTHY', registered: 0, sinceMinutes: 1 },
  { code: 'COMMANDED', command: 'rollBack', actor, why: '' },
  { code: 'WEIGHT_UNWRITTEN', rule: theRule, live: -1, recorded: 10, fault: 'read' },
  { code: 'WEIGHT_UNWRITTEN', rule: 'arn', live: 0, recorded: 10 },
  { code: 'FINISHED', weight: 0, resting: 'agrees' },
  { code: 'FINISHED', weight: 99.94, resting: 'agrees' },
  { code: 'FINISHED', weight: 100, resting: 'agrees' },
  { code: 'WATCH_TRIPPED', trip: watchTrip, sameRelease: true },
];

describe('explain', () => {
  it.each(Object.entries(SENTENCES))('says %s with its numbers', (_, [reason, piece]) => {
    expect(explain(reason)).toContain(piece);
  });
  it('says every sentence as people read it', () => {
    expect(Object.values(SENTENCES).map(([reason]) => explain(reason))).toMatchInlineSnapshot(`
      [
        "The newest settled minute is 12m old: CloudWatch says nothing newer. Nothing rises until rows come again.",
        "The candidate reported no requests up to 2025-10-31 13:20 UTC although about 27 were expected from the baseline's traffic and the weight.",
        "Both versions break the guard "errorRate > 1.5% for 2m" (candidate 5.1 %, baseline 4.98 %, limit 1.5 %): this is not the release.",
        "The candidate received 31.2 % of 120,000 requests at weight 10 %: the comparison is void until the split is right.",
        "Open incident: learn-critical-incident.",
        "The candidate has 4 healthy targets; weight 100 % needs 14.",
        "The baseline has 5 healthy targets, 14 could take everything back: a rollback can move only 38 % at once. The way back is narrow.",
        "After 4h the gate still cannot be decided: errorRate < 1%: 0.26 %, 1 of 380 requests (95 %, at any time: 0 % to 1.88 %); at least 338 more requests needed. An operator decides.",
        "Sign-offs asked at 2025-10-31 13:30 UTC expired at 2025-10-31 13:30 UTC; missing: finance.",
        "The start at 2025-10-31 13:30 UTC is more than 4h past: an operator must confirm it.",
        "Guard "errorRate > 1.5% for 2m" tripped at 2025-10-31 13:20 UTC: 4.1 %, 10 of 243; baseline 0.08 %. The breach is proven: evidence 251, 100 is enough. At weight 100 there is no baseline to compare with: people decide.",
        "In the last 6m the candidate served 1.0 % of the requests but 5.7 % of the failures (18 of 318), at least 2.2 times the baseline's rate. A healthy release would look like this in fewer than 1 of 100 rollouts. With rule stickiness the guarantee does not apply: people decide.",
        "Held by arn:aws:sts::123456789012:assumed-role/Sre/test: looking at logs.",
        "Somebody or something else lowered the live weight to 0 %, recorded is 10 % (rule 9683b2d02a6cabee). It is not raised again without an operator's resume.",
        "Listener rule 9683b2d02a6cabee no longer forwards to our two target groups (three target groups). Nothing is written to it.",
        "Users of listener rule 9683b2d02a6cabee now log in with authenticate-cognito: AWS lets Sluice change such a rule no more, a way back would be refused.",
        "After 11m without a journal entry the watchdog lowered the weight as far as the baseline can carry it. It is not raised again without an operator's resume.",
        "Criterion "errorRate < 1%" is proven to fail: 3 %, 36 of 1,200 requests (95 %, at any time: 2 % to 4.5 %).",
        "The gate had passed, but asked once more "errorRate < 1%" fails on the last bake-length of rows: 3 %, 36 of 1,200 requests (95 %, at any time: 2 % to 4.5 %).",
        "finance says NO-GO (arn:aws:sts::123456789012:assumed-role/Sre/test): refunds rise.",
        "Scheduled to start at 2025-10-31 13:30 UTC.",
        "The candidate goes from 1 % to 10 % of the traffic.",
        "Baked 61m of 2h.",
        "Checkpoint 15m: 0 of 1 criteria pass; errorRate < 1% fail.",
        "The gate cannot be decided yet (errorRate < 1%: 0.26 %, 1 of 380 requests (95 %, at any time: 0 % to 1.88 %); at least 338 more requests needed); the bake goes on to 2h15m, at most 4h.",
        "The gate passed: the criterion passes. GO by itself: finance.",
        "The last gate of the A/A rollout passed: all traffic goes back to the baseline, from 50 %. Both groups run the same release, so there is nothing to keep.",
        "Waiting for GO from finance, product until 2025-10-31 13:30 UTC.",
        "Phase ramp starts at 2025-10-31 13:30 UTC at the earliest.",
        "Waiting in vain for rollout other to finish; it is rolledBack. Close this one, and plan it anew under another name.",
        "Not ticked yet: dashboards live.",
        "Preflight found: rule x does not exist.",
        "No window is open for a rise; the next opens at 2025-10-31 13:30 UTC.",
        "Frozen until 2025-10-31 13:30 UTC: audit.",
        "Guard "errorRate > 1.5% for 2m" tripped at 2025-10-31 13:20 UTC: 4.1 %, 10 of 243; baseline 0.08 %. The breach is proven: evidence 251, 100 is enough.",
        "In the last 6m the candidate served 1.0 % of the requests but 5.7 % of the failures (18 of 318), at least 2.2 times the baseline's rate. A healthy release would look like this in fewer than 1 of 100 rollouts.",
        "None of the candidate's 20 targets has been healthy for 1m.",
        "Both versions have failed for 15m, beginning 3m after a rise: the candidate may be the cause.",
        "arn:aws:sts::123456789012:assumed-role/Sre/test commanded rollBack: complaints.",
        "The live weight was 50 %, recorded is 10 % (rule 9683b2d02a6cabee): set down, and baked again.",
        "Recorded is weight 10 %, live is 1 % (rule 9683b2d02a6cabee).",
        "Nobody answered NO_GO for 24h: back to the baseline.",
        "SHARED_OUTAGE held for 19m and is over; the rollout goes on.",
        "The candidate has had no more requests; the rollback is complete 6m after weight 0 was seen.",
        "Weight 0 was seen 30m ago, yet 41 requests still reached the candidate: clients are pinned to it.",
        "Finished: the candidate serves everything. Set the resting group in the service's template to the candidate and deploy, or the next stack update sends everybody back.",
        "Closed by arn:aws:sts::123456789012:assumed-role/Sre/test: by hand in the incident. No weight was touched.",
        "The weight had been lowered before it could be recorded. In the last 6m the candidate served 1.0 % of the requests but 5.7 % of the failures (18 of 318), at least 2.2 times the baseline's rate. A healthy release would look like this in fewer than 1 of 100 rollouts.",
      ]
    `);
  });
  it('says what differs with the circumstances', () => {
    expect(VARIANTS.map(explain)).toMatchInlineSnapshot(`
      [
        "The newest settled minute is 12m old (throttled): CloudWatch says nothing newer. Nothing rises until rows come again.",
        "The candidate has an unknown number of healthy targets; weight 100 % needs a number that is not known, since the baseline's targets were never counted.",
        "After 4h the gate still cannot be decided: errorRate < 1%: 0.26 %, 1 of 380 requests (95 %, at any time: 0 % to 1.88 %); at least 338 more requests needed; 2 of 7 checkpoints passed in a row. An operator decides.",
        "After 4h the gate still cannot be decided: errorRate < 1%: 0.26 %, 1 of 380 requests (95 %, at any time: 0 % to 1.88 %); at least 338 more requests needed. An operator decides.",
        "After 4h the gate still cannot be decided: errorRate < 1%: 0.26 %, 1 of 380 requests (95 %, at any time: 0 % to 1.88 %); at this rate it never passes. An operator decides.",
        "After 4h the gate still cannot be decided: errorRate < 1%: 0.26 %, 1 of 380 requests (95 %, at any time: 0 % to 1.88 %) (fewer than 100 requests, so no say: segment a (0)). An operator decides.",
        "After 4h the gate still cannot be decided: errorRate < 1%: Cpu; errorRate < 1%: 0.26 %, 1 of 380 requests (95 %, at any time: 0 % to 1.88 %); at least 338 more requests needed. An operator decides.",
        "After 4h the gate still cannot be decided: errorRate < 1%: nothing measured, 380 minutes; at least 338 more minutes needed. An operator decides.",
        "After 4h the gate still cannot be decided: errorRate < 1%: 0.26 %, 1 of 380 requests; at least 338 more requests needed. An operator decides.",
        "The gate had passed, but asked once more "errorRate < 1%" fails since the bake began: 3 %, 36 of 1,200 requests (95 %, at any time: 2 % to 4.5 %).",
        "finance says NO-GO (arn:aws:sts::123456789012:assumed-role/Sre/test).",
        "The next phase begins at weight 100 %.",
        "Waiting until the weight is seen on every rule.",
        "Checkpoint 15m: no criteria.",
        "Checkpoint 15m: 1 of 3 criteria pass; errorRate < 1% fail, errorRate < 1% insufficient.",
        "Checkpoint 15m: 1 of 2 criteria pass; errorRate < 1% insufficient.",
        "Checkpoint 15m: all 2 criteria pass (fewer than 100 requests, so no say: segments a (0), b (1), c (2)).",
        "Checkpoint 15m: 1 of 2 criteria pass; errorRate < 1% fail (fewer than 100 requests, so no say: segments a (0), b (1)).",
        "The gate passed: all 2 criteria pass.",
        "Waiting for rollout other to finish; it is baking.",
        "No window is open for a rise.",
        "Guard "errorRate > 1.5% for 2m" tripped at 2025-10-31 13:20 UTC: 4.1 %.",
        "Guard "errorRate > 1.5% for 2m" tripped at 2025-10-31 13:20 UTC: 4.1 %, 10 of 243; baseline 0 %. The breach is proven: evidence 1,000,000, 100 is enough.",
        "Guard "errorRate > 1.5% for 2m" tripped at 2025-10-31 13:20 UTC in segment k12: 4.1 %, 10 of 243; baseline 0.08 %. The breach is proven: evidence above a million, 100 is enough.",
        "Guard "errorRate > 1.5% for 2m" tripped at 2025-10-31 13:20 UTC: −10 %, 10 of 243; baseline −1 %. The breach is proven: evidence 251, 100 is enough.",
        "In the last 6m the candidate served 1.0 % of the requests but 5.7 % of the failures (18 of 318) (the newest minute is not complete yet, and taken at its best for the candidate). A healthy release would look like this in fewer than 1 of 100 rollouts.",
        "In the last 6m the candidate served 1.0 % of the requests but 5.7 % of the failures (18 of 318), at least 2.2 times the baseline's rate (the newest 2 minutes are not complete yet, and taken at their best for the candidate). A healthy release would look like this in fewer than 1 of 100 rollouts.",
        "The candidate has no registered target.",
        "arn:aws:sts::123456789012:assumed-role/Sre/test commanded rollBack.",
        "Recorded is weight 10 %, the live weight cannot be read (rule 9683b2d02a6cabee, cannot read).",
        "Recorded is weight 10 %, live is 0 % (rule arn).",
        "Finished: the baseline serves everything again.",
        "Finished: the candidate keeps 99.9 % of the traffic.",
        "Finished: the candidate serves everything.",
        "Both groups run the same release, so this is a fault of the measurement and not of a release: In the last 6m the candidate served 1.0 % of the requests but 5.7 % of the failures (18 of 318), at least 2.2 times the baseline's rate. A healthy release would look like this in fewer than 1 of 100 rollouts. Look at the split of the requests, the zones of the targets, targets of different number or size, cold caches, clients pinned to one side, and limits that the baseline does not keep either.",
      ]
    `);
  });
  it.each(Object.entries(SENTENCES))('makes whole sentences of %s', (_, [reason]) => {
    expect(explain(reason)).toMatch(/^[A-Za-z].*\.$/s);
    expect(explain(reason)).not.toMatch(/undefined|NaN|\[object/);
  });
});

describe('a trip of the watch', () => {
  it.each<[Partial<WatchTrip>, string]>([
    [
      { metric: 'slow:183ms' },
      "the candidate gave 1.0 % of the answers but 5.7 % of those slower than 183 ms (18 of 318), at least 2.2 times the baseline's rate.",
    ],
    [
      { metric: 'unavailable' },
      'the candidate served 1.0 % of the requests but 5.7 % of those that got no answer (18 of 318), at least 2.2 times',
    ],
    [
      { metric: 'segment:k12' },
      "the candidate served 1.0 % of the requests of segment k12 but 5.7 % of its failures (18 of 318), at least 2.2 times the baseline's rate; candidate failed 18 of 720 (2.5 %), baseline failed 300 of 71,280 (0.421 %).",
    ],
    [{ metric: 'segment:eu:west' }, 'of segment eu:west but'],
    [
      {
        metric: 'orders',
        bet: 'fall',
        requests: 12_000,
        events: 300,
        baselineRequests: 108_000,
        baselineEvents: 5400,
        atLeastTimes: null,
      },
      "the candidate served 10.0 % of the requests but only 5.3 % of the orders (300 of 5,700); at the baseline's rate it would have 600.",
    ],
    [
      { bet: 'limit', baselineRequests: 0, baselineEvents: 0, atLeastTimes: null },
      'the candidate failed 18 of 720 requests, far more than before the rollout.',
    ],
  ])('says what it is about: %j', (change, piece) => {
    expect(explain({ code: 'WATCH_TRIPPED', trip: { ...watchTrip, ...change } })).toContain(piece);
  });
});

describe('a segment', () => {
  const claim = { kind: 'segmentRatio', side: 'above', limit: 2 } as const;
  const ofSegment = {
    requests: 36_000,
    failures: 420,
    baselineRequests: 324_000,
    baselineFailures: 360,
    lower: 7.9,
    upper: 13.6,
  };
  const failed: Assessment = {
    ...failedCriterion,
    text: 'not segmentErrorRatio > 2',
    metric: 'segmentErrorRatio',
    claim,
    measured: 10.5,
    segment: 'k12',
    ofSegment,
  };
  const sides = 'candidate failed 420 of 36,000 (1.17 %), baseline failed 360 of 324,000 (0.111 %)';

  it('that fails a criterion is named with its ratio, its interval and the numbers of both sides', () => {
    expect(explain({ code: 'CRITERION_FAILED', assessment: failed })).toBe(
      `Criterion "not segmentErrorRatio > 2" is proven to fail: in segment k12 10.5 times (95 %, at any time: 7.9 times to 13.6 times), ${sides}.`,
    );
    expect(explain({ code: 'CHECKPOINT', checkpoint: '1h', assessments: [failed] })).toContain(
      'not segmentErrorRatio > 2 fail (segment k12)',
    );
  });

  it('is named where nothing is decided, with what is known so far', () => {
    const open: Assessment = {
      ...failed,
      verdict: 'insufficient',
      ofSegment: { ...ofSegment, lower: 0.8, upper: null },
    };
    expect(explain({ code: 'INSUFFICIENT_DATA', assessments: [open], bakedMinutes: 240 })).toContain(
      `in segment k12 10.5 times (95 %, at any time: at least 0.8 times), ${sides}`,
    );
  });

  it('that trips a guard is named the same way, and its baseline is an error rate and not a ratio', () => {
    const trip: GuardTrip = {
      ...guardTrip,
      text: 'segmentErrorRatio > 3 for 10m',
      claim: { ...claim, limit: 3 },
      measured: 10.5,
      baselineMeasured: 360 / 324_000,
      log10Evidence: null,
      segment: 'k12',
      ofSegment,
    };
    expect(explain({ code: 'GUARD_TRIPPED', trip })).toBe(
      `Guard "segmentErrorRatio > 3 for 10m" tripped at 2025-10-31 13:20 UTC: in segment k12 10.5 times (99 %, at any time: 7.9 times to 13.6 times), ${sides}.`,
    );
    const literal: GuardTrip = { ...trip, ofSegment: { ...ofSegment, lower: null, upper: null } };
    expect(explain({ code: 'GUARD_TRIPPED', trip: literal })).toContain(`in segment k12 10.5 times, ${sides}.`);
  });

  it('without a say is named in the sentence of its criterion, three by name and the others counted', () => {
    const few = ['a', 'b', 'c', 'd', 'e'].map((segment, requests) => ({ segment, requests }));
    const passed: Assessment = { ...failed, verdict: 'pass', tooFew: { needed: 100, segments: few } };
    const piece = 'fewer than 100 requests, so no say: segments a (0), b (1), c (2) and 2 more';
    expect(explain({ code: 'GATE_PASSED', assessments: [passed, passed], autoSignOffs: [] })).toBe(
      `The gate passed: all 2 criteria pass (${piece}).`,
    );
    const missing = 'no segment has the 100 requests yet that give it a say';
    const open: Assessment = { ...passed, verdict: 'insufficient', missing };
    expect(explain({ code: 'INSUFFICIENT_DATA', assessments: [open], bakedMinutes: 240 })).toContain(
      `not segmentErrorRatio > 2: ${missing} (${piece})`,
    );
  });
});
