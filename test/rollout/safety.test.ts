import { describe, expect, it } from 'vitest';
import { answer } from '../../lib/rollout/answer.ts';
import { apply } from '../../lib/rollout/apply.ts';
import type { Command } from '../../lib/rollout/command.ts';
import { decide } from '../../lib/rollout/decide.ts';
import { noticesOf } from '../../lib/rollout/notices.ts';
import { observe } from '../../lib/rollout/observe.ts';
import { wakeUpsOf } from '../../lib/rollout/wake-ups.ts';
import {
  type Change,
  evidenceOf,
  FOUR_GO,
  failedCriterion,
  HOUR,
  holdOf,
  MINUTE,
  NOW,
  operator,
  planOf,
  principal,
  rollbackOf,
  seedPlan,
  seedSource,
  situationOf,
  stateOf,
  theRule,
  watchTrip,
} from './fixture.ts';

const said = (s: Parameters<typeof decide>[0]) => {
  const { decision, reason, setWeight } = decide(s);
  return setWeight === undefined ? `${decision} ${reason.code}` : `${decision} ${reason.code} → ${setWeight.weight}`;
};
const rampStart = seedPlan.phases[1]?.start ?? 0;
const gate = (at = NOW) => ({ passedAt: at, askedAt: at, reminders: 0 as const });
const fresh = (now: number) => ({ row: now - 3 * MINUTE, business: now - 5 * MINUTE });
const passed = { status: 'passed' as const, gate: gate(rampStart - HOUR), signOffs: FOUR_GO, next: fresh(rampStart) };
const health = (c: number, b: number) => ({
  candidate: { healthy: c, registered: 20 },
  baseline: { healthy: b, registered: 20 },
});
const RB = rollbackOf({ reason: { code: 'WATCH_TRIPPED', trip: watchTrip } });
const op = { code: 'OPERATOR', actor: 'a', why: 'b' } as const;
const lowered = { code: 'WEIGHT_LOWERED_OUTSIDE', rule: theRule, live: 0, recorded: 10 } as const;
const ask = (phase: number, c: Command, change: Change = {}, actor = operator) =>
  answer(situationOf(phase, change), c, actor);

describe('safety', () => {
  it('sets down a weight that somebody raises while the candidate drains', () => {
    const s = { status: 'rollingBack' as const, weight: 0, rollback: { ...RB, verifiedAt: NOW - 2 * MINUTE } };
    expect(said(observe(seedPlan, stateOf(1, s), evidenceOf(100)))).toContain('→ 0');
  });
  it('does not end a rollback while the live weight is above 0', () => {
    const s = {
      status: 'rollingBack' as const,
      weight: 0,
      rollback: { ...RB, verifiedAt: NOW - 2 * MINUTE, quietRows: 2 },
    };
    expect(said(observe(seedPlan, stateOf(1, s), evidenceOf(100)))).not.toContain('DRAINED');
  });
  it('writes no weight before the start: never into the void', () => {
    expect(
      said(
        situationOf(-1, {
          live: 100,
          state: { healthyAtStart: { baseline: 0, candidate: 20 } },
          evidence: { health: health(20, 0) },
        }),
      ),
    ).not.toContain('→ 0');
  });
  it('records a rollback by onFail late when it could not be written', () => {
    const plan = planOf(seedSource.replace('    weight: 1%\n', '    weight: 1%\n    onFail: rollBack\n'));
    expect(said(situationOf(0, { plan, failed: failedCriterion }))).toBe('rollBack CRITERION_FAILED → 0');
    expect(said(situationOf(0, { plan, failed: failedCriterion, live: 0 }))).toContain('rollBack');
  });
  it('ticks an item of the next phase that has the text of a ticked one', () => {
    const plan = planOf(
      seedSource.replace(
        '    weight: 10%\n',
        '    weight: 10%\n    checklist: [{ item: on-call briefed, required: true }]\n',
      ),
    );
    const a = ask(
      0,
      { kind: 'checkOff', item: 'on-call briefed' },
      { plan, state: { ticked: ['canary/on-call briefed'] } },
    );
    expect('state' in a && a.state.ticked).toContain('ramp/on-call briefed');
  });
  it('refuses an advance by command while a recorded rise is not written', () => {
    const state = { rules: [{ confirmed: 1, isConfirmed: false, sticky: false }], holds: [holdOf(op)] };
    expect(ask(1, { kind: 'advance', why: 'x' }, { live: 1, state })).toHaveProperty('refused');
  });
  it('does not advance on a narrow way back, also in a tick without rows', () => {
    expect(said(situationOf(0, { state: passed, evidence: { now: rampStart, health: health(20, 5) } }))).not.toContain(
      'advance',
    );
  });
  it('calls people about a narrow way back also when CloudWatch is silent', () => {
    const s = observe(seedPlan, stateOf(2), evidenceOf(100, { health: health(20, 5), rows: [] }));
    expect(decide(s).reason.code).toBe('WAY_BACK_NARROW');
  });
  it('refuses an advance by command on a narrow way back', () => {
    expect(
      ask(1, { kind: 'advance', why: 'x' }, { evidence: { now: rampStart + 26 * HOUR, health: health(20, 5) } }),
    ).toHaveProperty('refused');
  });
  it('does not advance while the alarms cannot be read', () => {
    expect(said(situationOf(0, { state: passed, evidence: { now: rampStart, alarms: null } }))).not.toContain(
      'advance',
    );
  });
  it('says every day that the resting group must be deployed', () => {
    const s = situationOf(3, {
      state: { status: 'finished', endedAt: NOW, endedBy: { code: 'FINISHED', weight: 100, resting: 'deploy' } },
    });
    const d = decide(s);
    expect(noticesOf(s, d, d).length).toBeGreaterThan(0);
  });
  it('says once that the resting group is deployed, which brings the report up to its end', () => {
    const endedBy = { code: 'FINISHED', weight: 100, resting: 'deploy' } as const;
    const rules = evidenceOf(100).rules.map((reading) => ({ ...reading, resting: 'candidate' as const }));
    const s = situationOf(3, { state: { status: 'finished', endedAt: NOW, endedBy }, evidence: { rules } });
    const d = decide(s);
    expect(d.reason).toMatchObject({ code: 'FINISHED', resting: 'agrees' });
    expect(noticesOf(s, d, { decision: 'wait', reason: endedBy })).toHaveLength(1);
    expect(noticesOf(s, d, d)).toEqual([]);
  });
  it('refuses a command without a reason', () => {
    for (const kind of ['advance', 'close', 'hold', 'rollBack'] as const)
      expect.soft(ask(0, { kind, why: '' }), kind).toHaveProperty('refused');
  });
  it('counts one restart of the bake, however often a correction is written', () => {
    let s = situationOf(0, { live: 50 });
    for (let i = 0; i < 10; i++) s = { ...s, state: apply(s, decide(s)) };
    expect(s.state.bake.restarts).toBe(1);
  });
  it('does not blame a rise for an outage that began before it', () => {
    const o = { code: 'SHARED_OUTAGE', guard: 'x', candidateShare: 0.05, baselineShare: 0.05, limit: 0.015 } as const;
    expect(
      said(situationOf(0, { state: { holds: [{ ...holdOf(o, seedPlan.start - 3 * MINUTE), causeRows: 15 }] } })),
    ).toBe('wait SHARED_OUTAGE');
  });
  it('does not rise when the baseline was never counted', () => {
    expect(
      said(
        situationOf(0, {
          state: { ...passed, healthyAtStart: { baseline: null, candidate: null } },
          evidence: { now: rampStart, health: { candidate: { healthy: 1, registered: 20 }, baseline: null } },
        }),
      ),
    ).not.toContain('advance');
  });
  it('does not raise by resume into an incident, a freeze or a narrow way back', () => {
    expect
      .soft(
        ask(
          1,
          { kind: 'resume', why: 'x' },
          { live: 0, state: { holds: [holdOf(lowered)] }, evidence: { alarms: ['alarm'] } },
        ),
      )
      .toHaveProperty('refused');
    const frozen = planOf(
      `${seedSource}\nfreezes: [{ from: 2025-10-31T00:00:00Z, to: 2025-11-01T00:00:00Z, reason: audit }]\n`,
    );
    expect
      .soft(ask(1, { kind: 'resume', why: 'x' }, { plan: frozen, live: 0, state: { holds: [holdOf(lowered)] } }))
      .toHaveProperty('refused');
    expect
      .soft(
        ask(
          1,
          { kind: 'resume', why: 'x' },
          { live: 0, state: { holds: [holdOf(lowered)] }, evidence: { health: health(20, 5) } },
        ),
      )
      .toHaveProperty('refused');
  });
  it('remembers how long the weight was 0 over a tick that cannot read it', () => {
    const s = observe(
      seedPlan,
      stateOf(2, { zeroSince: NOW - HOUR }),
      evidenceOf(0, { rules: [{ rule: theRule, kind: 'unreadable', fault: { code: 'THROTTLED', operation: 'x' } }] }),
    );
    expect(s.state.zeroSince).toBe(NOW - HOUR);
  });
  it('repairs a death before the write of a resume that starts over', () => {
    const change = { live: 0, state: { holds: [holdOf({ ...lowered, recorded: 100 })], zeroSince: NOW - HOUR } };
    const a = ask(2, { kind: 'resume', why: 'x' }, change);
    if ('refused' in a) throw new Error(a.refused);
    expect(a.decision.setWeight?.weight).toBe(1);
    expect(said({ ...situationOf(0, { live: 0 }), state: a.state })).toBe('correct WEIGHT_UNWRITTEN → 1');
  });
  it('does not begin holdFor anew with a second NO-GO', () => {
    const since = NOW - 23 * HOUR;
    const state = {
      ...passed,
      signOffs: [{ role: 'finance', answer: 'NO-GO' as const, actor: 'x', at: since }],
      holds: [holdOf({ code: 'NO_GO', role: 'finance', actor: 'x', why: '' }, since)],
    };
    const a = ask(
      1,
      { kind: 'signOff', phase: 'ramp', role: 'product', answer: 'NO-GO', why: 'n' },
      { state },
      principal('ProductLead'),
    );
    expect('state' in a && a.state.holds[0]?.since).toBe(since);
  });
  it('wakes every minute while a scheduled rollout is held', () => {
    const state = stateOf(-1, { holds: [holdOf(op)], wakeUps: 'none:2:abc' });
    expect(wakeUpsOf(seedPlan, state, seedPlan.start)?.repeat).toBe('minute');
  });
  it('does not take a foreign rule for a weight of 0', () => {
    const s = observe(
      seedPlan,
      stateOf(1, { status: 'rollingBack', weight: 0, rollback: RB }),
      evidenceOf(0, { rules: [{ rule: theRule, kind: 'foreign', found: 'candidate 500, other 500' }] }),
    );
    expect(s.state.rollback?.verifiedAt).toBeNull();
  });
  it('asks once more before it finishes', () => {
    expect
      .soft(said(situationOf(3, { state: { ...passed, signOffs: [] }, evidence: { alarms: ['alarm'] } })))
      .not.toContain('finish');
    expect
      .soft(
        said(
          situationOf(3, {
            state: { ...passed, signOffs: [] },
            evidence: { rules: [{ rule: theRule, kind: 'unreadable', fault: { code: 'THROTTLED', operation: 'x' } }] },
          }),
        ),
      )
      .not.toContain('finish');
  });
  it('does not call a weight that a person lowered a rollback recorded late', () => {
    expect(said(situationOf(1, { live: 0, trip: watchTrip, state: { holds: [holdOf(lowered)] } }))).toBe(
      'rollBack WATCH_TRIPPED',
    );
  });
  it('refuses an advance by command over required items', () => {
    const plan = planOf(
      seedSource.replace(
        '    weight: 10%\n',
        '    weight: 10%\n    checklist: [{ item: cache warmed, required: true }]\n',
      ),
    );
    expect(ask(0, { kind: 'advance', why: 'x' }, { plan, state: { ticked: [] } })).toHaveProperty('refused');
  });
  it('does not call a start late that a freeze held back', () => {
    const plan = planOf(
      `${seedSource}\nfreezes: [{ from: 2025-11-01T00:00:00Z, to: 2025-11-02T00:00:00Z, reason: audit }]\n`,
    );
    const now = Date.parse('2025-11-01T20:00Z');
    expect(said(situationOf(0, { plan, state: { ...passed, next: fresh(now) }, evidence: { now } }))).toBe(
      'wait FROZEN',
    );
  });
  it('refuses a GO before the bake has begun', () => {
    const bake = { ...stateOf(1).bake, startedAt: null, minutes: 0 };
    expect(
      ask(
        1,
        { kind: 'signOff', phase: 'ramp', role: 'finance', answer: 'GO', why: '' },
        { state: { bake } },
        principal('FinanceLead'),
      ),
    ).toHaveProperty('refused');
  });
  it('counts one restart for one resume', () => {
    const state = { holds: [holdOf({ code: 'CRITERION_FAILED', assessment: failedCriterion }), holdOf(lowered)] };
    const a = ask(1, { kind: 'resume', why: 'x' }, { live: 0, state });
    expect('state' in a && a.state.bake.restarts).toBe(1);
  });
  it('writes every weight so that it reads back the same', () => {
    for (let k = 1; k <= 1000; k++) {
      const w = Number((k / 10).toFixed(1));
      const c = Math.min(999, Math.round(10 * w));
      const b = Math.min(999, 1000 - Math.round(10 * w));
      expect(Math.round((1000 * c) / (c + b)) / 10).toBe(w);
    }
  });
  it('can still reach passInARow after a resume', () => {
    // day 8's checkpoint did not pass; 9, 10, 11 did; the gate is over, extension used up
    const bakeMinutes = seedPlan.phases[3]?.bakeMinutes ?? 0;
    expect(seedPlan.phases[3]?.checkpointMinutes.some((m) => m > bakeMinutes)).toBe(false); // none can ever follow
    const bake = {
      startedAt: NOW - 12 * 24 * HOUR,
      minutes: bakeMinutes,
      targetMinutes: bakeMinutes,
      upToMinutes: bakeMinutes + 240,
      restarts: 0,
      checkpointsDone: 11,
      passesInARow: 3,
    };
    const plan = {
      ...seedPlan,
      phases: seedPlan.phases.map((p, i) => (i === 3 ? { ...p, advance: [] } : p)),
    } as typeof seedPlan; // everything passes
    let s = situationOf(3, { plan, state: { bake } });
    const told: string[] = [];
    for (let minute = 0; minute < 40 * 24 * 60; minute++) {
      const row = {
        minute: `${new Date(NOW + minute * MINUTE).toISOString().slice(0, 16)}Z`,
        weight: 100,
        candidate: { requests: 1000, failures: 0, unavailable: 0, responses: 1000, slow: { '200ms': 0, '250ms': 0 } },
        baseline: null,
        hosts: true,
      };
      s = observe(plan, s.state, evidenceOf(100, { now: NOW + (minute + 4) * MINUTE, rows: [row] }));
      const d = decide(s);
      const state = apply(s, d);
      s = { ...s, state };
      if (d.decision === 'hold') {
        told.push(`${(minute / 1440).toFixed(1)}d ${d.reason.code}`);
        const a = answer(s, { kind: 'resume', why: 'go on' }, operator);
        if ('state' in a) s = { ...s, state: a.state };
      }
      if (d.reason.code === 'GATE_PASSED') {
        told.push('passed');
        break;
      }
    }
    expect(told, told.join()).toContain('passed');
  });
});
