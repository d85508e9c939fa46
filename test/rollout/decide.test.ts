import { describe, expect, it } from 'vitest';
import { apply } from '../../lib/rollout/apply.ts';
import { decide } from '../../lib/rollout/decide.ts';
import { noticesOf } from '../../lib/rollout/notices.ts';
import type { Rollback } from '../../lib/rollout/rollout.ts';
import {
  FOUR_GO,
  failedCriterion,
  guardTrip,
  HOUR,
  holdOf,
  MINUTE,
  NOW,
  planOf,
  rollbackOf,
  seedPlan,
  seedSource,
  situationOf,
  theRule,
  watchTrip,
} from './fixture.ts';

const DAY = 24 * HOUR;
const gate = (at = NOW) => ({ passedAt: at, askedAt: at, reminders: 0 as const });
const passed = { status: 'passed' as const, gate: gate(), signOffs: FOUR_GO };
const said = (situation: Parameters<typeof decide>[0]) => {
  const { decision, reason, setWeight } = decide(situation);
  return setWeight === undefined ? `${decision} ${reason.code}` : `${decision} ${reason.code} → ${setWeight.weight}`;
};
const rampStart = seedPlan.phases[1]?.start ?? 0;
const fresh = (now: number) => ({ row: now - 3 * MINUTE, business: now - 5 * MINUTE });
const atRamp = {
  evidence: { now: rampStart },
  state: { ...passed, gate: gate(rampStart - DAY), next: fresh(rampStart) },
};

describe('danger', () => {
  it('rolls back when the watch trips', () => {
    expect(said(situationOf(0, { trip: watchTrip }))).toBe('rollBack WATCH_TRIPPED → 0');
  });
  it('holds instead where clients are pinned by rule stickiness, once', () => {
    const sticky = { rules: [{ confirmed: 1, isConfirmed: true, sticky: true }] };
    expect(said(situationOf(0, { trip: watchTrip, state: sticky }))).toBe('hold WATCH_ON_STICKY');
    const held = { ...sticky, holds: [holdOf({ code: 'WATCH_ON_STICKY', trip: watchTrip })] };
    expect(said(situationOf(0, { trip: watchTrip, state: held }))).toBe('wait WATCH_ON_STICKY');
  });
  it('rolls back when a guard trips, also while held, and while waiting for sign-off', () => {
    const held = { holds: [holdOf({ code: 'OPERATOR', actor: 'a', why: 'b' })] };
    expect(said(situationOf(0, { trip: guardTrip, state: held }))).toBe('rollBack GUARD_TRIPPED → 0');
    expect(said(situationOf(1, { trip: guardTrip, state: { ...passed, signOffs: [] } }))).toBe(
      'rollBack GUARD_TRIPPED → 0',
    );
  });
  it('rolls back on a guard in the first phase at weight 100, and asks people in later ones', () => {
    expect(said(situationOf(2, { trip: guardTrip }))).toBe('rollBack GUARD_TRIPPED → 0');
    expect(said(situationOf(3, { trip: guardTrip }))).toBe('hold GUARD_UNACQUITTED');
  });
  it('rolls back at weight 100 where the phase says onTrip: rollBack', () => {
    const plan = planOf(seedSource.replace('    passInARow: 7\n', '    passInARow: 7\n    onTrip: rollBack\n'));
    expect(said(situationOf(3, { trip: guardTrip, plan }))).toBe('rollBack GUARD_TRIPPED → 0');
  });
  it('rolls back when no candidate target is healthy at two ticks a minute apart, not at one', () => {
    const dead = { health: { candidate: { healthy: 0, registered: 20 }, baseline: { healthy: 20, registered: 20 } } };
    expect(said(situationOf(0, { evidence: dead, state: { unhealthySince: NOW } }))).toBe('wait BAKING');
    expect(said(situationOf(0, { evidence: dead, state: { unhealthySince: NOW - MINUTE } }))).toBe(
      'rollBack CANDIDATE_UNHEALTHY → 0',
    );
  });
  it('rolls back at once when the candidate has no registered target', () => {
    const none = { health: { candidate: { healthy: 0, registered: 0 }, baseline: { healthy: 20, registered: 20 } } };
    expect(said(situationOf(0, { evidence: none }))).toBe('rollBack CANDIDATE_UNHEALTHY → 0');
  });
  it('rolls back when a shared outage began soon after a rise and lasts, and not when it began later', () => {
    const reason = {
      code: 'SHARED_OUTAGE',
      guard: 'x',
      candidateShare: 0.05,
      baselineShare: 0.05,
      limit: 0.015,
    } as const;
    const outage = (since: number) => ({ holds: [{ ...holdOf(reason, since), causeRows: 15 }] });
    expect(said(situationOf(0, { state: outage(seedPlan.start + 3 * MINUTE) }))).toBe('rollBack OUTAGE_AFTER_RISE → 0');
    expect(said(situationOf(0, { state: outage(seedPlan.start + 11 * MINUTE) }))).toBe('wait SHARED_OUTAGE');
  });
  it('records a rollback late when the weight is down already', () => {
    expect(said(situationOf(0, { trip: watchTrip, live: 0 }))).toBe('rollBack RECORDED_LATE');
  });
});

describe('principle 3: never into the void', () => {
  const baseline = (healthy: number | null) => ({
    health: {
      candidate: { healthy: 20, registered: 20 },
      baseline: healthy === null ? null : { healthy, registered: 20 },
    },
  });
  it.each([
    ['a full baseline takes everything back', 20, 'rollBack GUARD_TRIPPED → 0'],
    ['14 of 20 are enough', 14, 'rollBack GUARD_TRIPPED → 0'],
    ['5 of 20 take 37.8 %', 5, 'rollBack GUARD_TRIPPED → 62.2'],
    ['none take nothing: nothing is shifted', 0, 'rollBack GUARD_TRIPPED'],
    ['unreadable health never stops a rollback', null, 'rollBack GUARD_TRIPPED → 0'],
  ])('%s', (_, healthy, expected) => {
    expect(said(situationOf(2, { trip: guardTrip, evidence: baseline(healthy) }))).toBe(expected);
  });
  it('holds a rise onto a candidate with 4 of 20 targets', () => {
    const small = {
      now: rampStart + 26 * HOUR,
      health: { candidate: { healthy: 4, registered: 20 }, baseline: { healthy: 20, registered: 20 } },
    };
    const state = { ...passed, next: fresh(small.now) };
    expect(said(situationOf(1, { evidence: small, state }))).toBe('hold CANDIDATE_TOO_SMALL');
  });
});

describe('drift', () => {
  it('sets down a weight that is above the record, also while held', () => {
    const held = { holds: [holdOf({ code: 'OPERATOR', actor: 'a', why: 'b' })] };
    expect(said(situationOf(0, { live: 50 }))).toBe('correct WEIGHT_ABOVE → 1');
    expect(said(situationOf(0, { live: 50, state: held }))).toBe('correct WEIGHT_ABOVE → 1');
  });
  it('holds, and does not repair, when somebody lowered the weight', () => {
    expect(said(situationOf(1, { live: 0 }))).toBe('hold WEIGHT_LOWERED_OUTSIDE');
  });
  it('repairs its own unfinished write: below, not confirmed, and still where it last was', () => {
    const died = { rules: [{ confirmed: 1, isConfirmed: false, sticky: false }] };
    expect(said(situationOf(1, { live: 1, state: died }))).toBe('correct WEIGHT_UNWRITTEN → 10');
    expect(said(situationOf(1, { live: 0, state: died }))).toBe('hold WEIGHT_LOWERED_OUTSIDE');
  });
  it('does not finish an unfinished rise while anything holds', () => {
    const died = {
      rules: [{ confirmed: 1, isConfirmed: false, sticky: false }],
      holds: [holdOf({ code: 'OPERATOR', actor: 'a', why: 'b' })],
    };
    expect(said(situationOf(1, { live: 1, state: died }))).toBe('wait OPERATOR');
  });
  it('holds without a write when a rule points elsewhere or is gone', () => {
    const third = { rules: [{ rule: theRule, kind: 'foreign', found: 'three target groups' } as const] };
    expect(said(situationOf(1, { evidence: third }))).toBe('hold RULE_FOREIGN');
    expect(said(situationOf(1, { evidence: { rules: [{ rule: theRule, kind: 'gone' }] } }))).toBe('hold RULE_FOREIGN');
  });
});

describe('a rule that AWS lets Sluice change no more', () => {
  const locked = { rules: [{ rule: theRule, kind: 'weighted', weight: 10, sticky: false, cognito: true } as const] };
  it('holds once and tells people, before a way back is needed', () => {
    const { decision, reason } = decide(situationOf(1, { evidence: locked }));
    expect([decision, reason]).toEqual(['hold', { code: 'RULE_LOCKED', rule: theRule }]);
    const holds = [holdOf({ code: 'RULE_LOCKED', rule: theRule })];
    expect(said(situationOf(1, { evidence: locked, state: { holds } }))).toBe('wait RULE_LOCKED');
  });
  it('does not keep a rollback from being tried', () => {
    expect(said(situationOf(1, { evidence: locked, trip: watchTrip }))).toBe('rollBack WATCH_TRIPPED → 0');
  });
});

describe('patience', () => {
  it('tells a hold that a row began, then waits in it', () => {
    const reason = {
      code: 'SHARED_OUTAGE',
      guard: 'x',
      candidateShare: 0.05,
      baselineShare: 0.05,
      limit: 0.015,
    } as const;
    const untold = { ...holdOf(reason), told: false };
    expect(said(situationOf(0, { state: { holds: [untold] } }))).toBe('hold SHARED_OUTAGE');
    expect(said(situationOf(0, { state: { holds: [holdOf(reason)] } }))).toBe('wait SHARED_OUTAGE');
  });
  it('goes on by itself after ten rows without the cause', () => {
    const over = { ...holdOf({ code: 'NO_DATA', minute: '2025-10-31T13:00Z', expectedRequests: 30 }), cleanRows: 10 };
    expect(said(situationOf(0, { state: { holds: [over] } }))).toBe('resume RECOVERED');
  });
  it('rolls back what is proven bad and nobody answers within holdFor', () => {
    const old = holdOf({ code: 'CRITERION_FAILED', assessment: failedCriterion }, NOW - DAY);
    expect(said(situationOf(0, { state: { holds: [old] } }))).toBe('rollBack HELD_TOO_LONG → 0');
  });
  it('waits for an operator after the watchdog, however long', () => {
    const old = holdOf({ code: 'WATCHDOG', staleMinutes: 11 }, NOW - 30 * DAY);
    expect(said(situationOf(0, { state: { holds: [old] } }))).toBe('wait WATCHDOG');
  });
  it('never rolls back what is only unknown', () => {
    const old = holdOf({ code: 'INSUFFICIENT_DATA', assessments: [], bakedMinutes: 240 }, NOW - 30 * DAY);
    expect(said(situationOf(0, { state: { holds: [old] } }))).toBe('wait INSUFFICIENT_DATA');
  });
});

describe('gate', () => {
  const bakeOf = (minutes: number, targetMinutes: number, upToMinutes = 240) => ({
    bake: {
      startedAt: NOW - 2 * HOUR,
      minutes,
      targetMinutes,
      upToMinutes,
      restarts: 0,
      checkpointsDone: 4,
      passesInARow: 0,
    },
  });
  it('acts at once on a criterion that is proven to fail', () => {
    expect(said(situationOf(0, { failed: failedCriterion }))).toBe('hold CRITERION_FAILED');
  });
  it('announces a checkpoint', () => {
    expect(said(situationOf(0, { checkpoint: { label: '15m', assessments: [] } }))).toBe('wait CHECKPOINT');
  });
  it('extends the bake while criteria are insufficient, and then holds for a person', () => {
    expect(said(situationOf(0, { state: bakeOf(120, 120) }))).toBe('extend EXTENDED');
    expect(said(situationOf(0, { state: bakeOf(240, 240) }))).toBe('hold INSUFFICIENT_DATA');
  });
  it('does not extend beyond the instant at which the next phase would start too late', () => {
    const now = rampStart + 4 * HOUR;
    expect(said(situationOf(0, { state: { ...bakeOf(120, 120), next: fresh(now) }, evidence: { now } }))).toBe(
      'hold INSUFFICIENT_DATA',
    );
  });
});

describe('progress', () => {
  it('waits for the start, then advances', () => {
    expect(said(situationOf(0, { state: { ...passed, signOffs: FOUR_GO } }))).toBe('wait AWAITING_START');
    expect(said(situationOf(0, atRamp))).toBe('advance STARTED → 10');
  });
  it('waits for sign-offs, reminds at a half and three quarters, and holds when they expire', () => {
    const at = rampStart + 26 * HOUR;
    const asked = (hours: number) => ({
      evidence: { now: at + hours * HOUR },
      state: { ...passed, gate: gate(at), signOffs: [], next: fresh(at + hours * HOUR) },
    });
    const reminders = [0, 11, 12, 18, 23.9].map((hours) => {
      const { reason } = decide(situationOf(1, asked(hours)));
      return reason.code === 'AWAITING_SIGN_OFF' ? reason.reminder : reason.code;
    });
    expect(reminders).toEqual([0, 0, 1, 2, 2]);
    expect(said(situationOf(1, asked(24)))).toBe('hold SIGN_OFF_EXPIRED');
  });
  it('holds on a NO-GO', () => {
    const signOffs = [...FOUR_GO.slice(1), { role: 'engineering', answer: 'NO-GO' as const, actor: 'x', at: NOW }];
    expect(said(situationOf(1, { state: { ...passed, signOffs } }))).toBe('hold NO_GO');
  });
  it('asks for a confirmation when a start is later than lateBy', () => {
    const now = rampStart + 5 * HOUR;
    const late = { evidence: { now }, state: { ...passed, next: fresh(now) } };
    expect(said(situationOf(0, late))).toBe('hold START_LATE');
    expect(said(situationOf(0, { ...late, state: { ...late.state, lateStartConfirmed: true } }))).toBe(
      'advance STARTED → 10',
    );
  });
  it('does not advance on rows that are not fresh', () => {
    const stale = { ...atRamp, state: { ...atRamp.state, next: { row: rampStart - 7 * MINUTE, business: rampStart } } };
    expect(said(situationOf(0, stale))).toBe('wait BLIND');
  });
  it('does not advance while a rule cannot be read', () => {
    const blind = [
      { rule: theRule, kind: 'unreadable', fault: { code: 'THROTTLED', operation: 'read the rules' } } as const,
    ];
    expect(said(situationOf(0, { ...atRamp, evidence: { ...atRamp.evidence, rules: blind } }))).toBe(
      'wait WEIGHT_UNWRITTEN',
    );
  });
  it('does not advance into an open incident', () => {
    expect(said(situationOf(0, { ...atRamp, evidence: { ...atRamp.evidence, alarms: ['alarm'] } }))).toBe(
      'hold INCIDENT_OPEN',
    );
  });
  it('waits for a window and through a freeze, and says until when', () => {
    const closed = planOf(`${seedSource}\nwindows: [{ days: [mon], hours: "09:00-16:00" }]\n`);
    expect(said(situationOf(0, { ...atRamp, plan: closed }))).toBe('wait WINDOW_CLOSED');
    const frozen = planOf(
      `${seedSource}\nfreezes: [{ from: 2025-11-01T00:00:00Z, to: 2025-11-03T00:00:00Z, reason: audit }]\n`,
    );
    expect(said(situationOf(0, { ...atRamp, plan: frozen }))).toBe('wait FROZEN');
  });
  it('waits for required checklist items of the next phase', () => {
    const plan = planOf(
      seedSource.replace(
        '    weight: 10%\n',
        '    weight: 10%\n    checklist: [{ item: cache warmed, required: true }, dashboards read]\n',
      ),
    );
    expect(said(situationOf(0, { ...atRamp, plan, state: { ...atRamp.state, ticked: [] } }))).toBe(
      'wait AWAITING_CHECKLIST',
    );
  });
  it('finishes after the last phase and says to deploy the resting group', () => {
    const { decision, reason } = decide(situationOf(3, { state: { ...passed, signOffs: [] } }));
    expect([decision, reason]).toEqual(['finish', { code: 'FINISHED', weight: 100, resting: 'deploy' }]);
  });
  it('agrees when the resting tag already names the candidate', () => {
    const rules = [{ rule: theRule, kind: 'weighted', weight: 100, sticky: false, resting: 'candidate' } as const];
    expect(decide(situationOf(3, { state: passed, evidence: { rules } })).reason).toEqual({
      code: 'FINISHED',
      weight: 100,
      resting: 'agrees',
    });
  });
});

describe('the first phase', () => {
  const due = {
    now: seedPlan.start,
    preflight: {
      problems: [],
      notes: [],
      dayBefore: { requestsPerMinute: null, failureShare: null, unavailableShare: null },
    },
  };
  it('begins at the start, when preflight finds nothing', () => {
    expect(said(situationOf(-1, { evidence: { ...due, now: seedPlan.start - MINUTE } }))).toBe('wait AWAITING_START');
    expect(said(situationOf(-1, { evidence: due }))).toBe('advance STARTED → 1');
  });
  it('waits while preflight finds a problem, or does not answer', () => {
    expect(said(situationOf(-1, { evidence: { ...due, preflight: { ...due.preflight, problems: ['x'] } } }))).toBe(
      'wait PREFLIGHT_FAILED',
    );
    expect(said(situationOf(-1, { evidence: { ...due, preflight: null } }))).toBe('wait PREFLIGHT_FAILED');
  });
  it('waits for rollouts named in after', () => {
    expect(said(situationOf(-1, { evidence: { ...due, after: [{ rollout: 'other', status: 'baking' }] } }))).toBe(
      'wait AWAITING_ROLLOUT',
    );
  });
  it('never begins after one that did not finish, and names it before others', () => {
    const after = [
      { rollout: 'other', status: 'baking' },
      { rollout: 'another', status: 'rolledBack' },
    ];
    expect(decide(situationOf(-1, { evidence: { ...due, after } }))).toEqual({
      decision: 'wait',
      reason: { code: 'AWAITING_ROLLOUT', rollout: 'another', its: 'rolledBack' },
    });
  });
  it('never begins either where its start is late meanwhile, or was held for that: people are told, and asked for no confirmation', () => {
    const evidence = { ...due, now: seedPlan.start + 61 * MINUTE, after: [{ rollout: 'other', status: 'rolledBack' }] };
    const vain = { decision: 'wait', reason: { code: 'AWAITING_ROLLOUT', rollout: 'other', its: 'rolledBack' } };
    expect(decide(situationOf(-1, { evidence }))).toEqual(vain);
    const late = holdOf({ code: 'START_LATE', start: seedPlan.start, lateByMinutes: 60 });
    const operator = holdOf({ code: 'OPERATOR', actor: 'a', why: 'b' });
    const held = situationOf(-1, { evidence, state: { holds: [late, operator] } });
    const decision = decide(held);
    expect(decision).toEqual(vain);
    expect(noticesOf(held, decision, { decision: 'wait', reason: late.reason })).toMatchObject([
      { audience: 'everyone', text: expect.stringContaining('in vain') },
    ]);
    expect(apply(held, decision).holds).toEqual([operator]);
  });
  it('keeps the hold of a late start while what it comes after may still finish', () => {
    const holds = [holdOf({ code: 'START_LATE', start: seedPlan.start, lateByMinutes: 60 })];
    const after = [{ rollout: 'other', status: 'rollingBack' }];
    expect(said(situationOf(-1, { evidence: { ...due, after }, state: { holds } }))).toBe('wait START_LATE');
  });
  it('waits for its checklist', () => {
    const plan = planOf(
      seedSource.replace(
        'checklist: [release tag exists,',
        'checklist: [{ item: release tag exists, required: true },',
      ),
    );
    expect(said(situationOf(-1, { plan, evidence: due, state: { ticked: [] } }))).toBe('wait AWAITING_CHECKLIST');
    expect(said(situationOf(-1, { evidence: due, state: { ticked: [] } }))).toBe('advance STARTED → 1');
  });
  it('waits until the candidate has the targets it needs', () => {
    const health = { candidate: { healthy: 0, registered: 20 }, baseline: { healthy: 20, registered: 20 } };
    expect(said(situationOf(-1, { evidence: { ...due, health } }))).toBe('wait PREFLIGHT_FAILED');
  });
  it('asks an operator when it is later than startWithin', () => {
    expect(said(situationOf(-1, { evidence: { ...due, now: seedPlan.start + 61 * MINUTE } }))).toBe('hold START_LATE');
  });
});

describe('rolling back', () => {
  const decidedAt = NOW - 10 * MINUTE;
  const rollback = rollbackOf({
    decidedAt,
    reason: { code: 'WATCH_TRIPPED', trip: watchTrip },
    pagedAt: decidedAt,
  });
  const rolling = (change: Partial<Rollback> = {}, weight = 0) => ({
    status: 'rollingBack' as const,
    weight,
    rollback: { ...rollback, ...change },
  });
  it('tries a refused write again with every tick', () => {
    expect(said(situationOf(1, { state: rolling(), live: 10 }))).toBe('rollBack WEIGHT_UNWRITTEN → 0');
  });
  it('writes to a rule that cannot be read: lowering is free', () => {
    const rules = [
      { rule: theRule, kind: 'unreadable', fault: { code: 'THROTTLED', operation: 'read the rules' } } as const,
    ];
    expect(said(situationOf(1, { state: rolling(), evidence: { rules } }))).toBe('rollBack WEIGHT_UNWRITTEN → 0');
  });
  it('goes down in steps as the baseline grows', () => {
    const health = (healthy: number) => ({
      health: { candidate: { healthy: 20, registered: 20 }, baseline: { healthy, registered: 20 } },
    });
    expect(said(situationOf(2, { state: rolling({}, 62.2), live: 62.2, evidence: health(8) }))).toBe(
      'rollBack WAY_BACK_NARROW → 39.4',
    );
    expect(said(situationOf(2, { state: rolling({}, 62.2), live: 62.2, evidence: health(5) }))).toBe(
      'wait WAY_BACK_NARROW',
    );
  });
  it('is complete when the candidate had no requests for two rows', () => {
    const verified = { verifiedAt: NOW - 6 * MINUTE };
    expect(said(situationOf(1, { state: rolling({ ...verified, quietRows: 1 }), live: 0 }))).toBe('wait WATCH_TRIPPED');
    expect(said(situationOf(1, { state: rolling({ ...verified, quietRows: 2 }), live: 0 }))).toBe('rollBack DRAINED');
  });
  it('ends after 30 minutes with a warning when pinned clients keep the candidate busy', () => {
    const tail = { verifiedAt: NOW - 30 * MINUTE, tailRequests: 41 };
    const { reason } = decide(situationOf(1, { state: rolling(tail), live: 0 }));
    expect(reason).toEqual({ code: 'STICKY_TAIL', requests: 41, afterMinutes: 30 });
  });
  it('is complete after 30 minutes too when CloudWatch never told of a request', () => {
    expect(said(situationOf(1, { state: rolling({ verifiedAt: NOW - 30 * MINUTE }), live: 0 }))).toBe(
      'rollBack DRAINED',
    );
  });
  it('never answers anything else, whatever trips or passes', () => {
    expect(
      said(situationOf(1, { state: rolling({ verifiedAt: NOW }), live: 0, trip: guardTrip, failed: failedCriterion })),
    ).toBe('wait WATCH_TRIPPED');
  });
});

it('decides nothing any more when a rollout has ended', () => {
  const closed = { status: 'closed' as const, endedBy: { code: 'CLOSED', actor: 'a', why: 'b' } as const };
  expect(said(situationOf(1, { state: closed, live: 50, trip: guardTrip }))).toBe('wait CLOSED');
});
