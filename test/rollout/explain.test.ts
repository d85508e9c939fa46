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

describe('explain', () => {
  it.each(Object.entries(SENTENCES))('says %s with its numbers', (_, [reason, piece]) => {
    expect(explain(reason)).toContain(piece);
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
