/** What people are told of a decision, and who. */
import { describe, expect, it } from 'vitest';
import { UNKNOWN_DAY } from '../../lib/judge/verdict.ts';
import type { Decision } from '../../lib/rollout/entry.ts';
import { explain } from '../../lib/rollout/explain.ts';
import { noticesOf } from '../../lib/rollout/notices.ts';
import type { Reason } from '../../lib/rollout/reason.ts';
import {
  failedCriterion,
  guardTrip,
  HOUR,
  holdOf,
  MINUTE,
  NOW,
  operator,
  rollbackOf,
  seedPlan,
  situationOf,
  theRule,
} from './fixture.ts';

const { rollout } = seedPlan;
const decided = (decision: Decision['decision'], reason: Reason): Decision => ({ decision, reason });
const told = (decision: Decision, situation = situationOf(1), before: Decision | null = null) =>
  noticesOf(situation, decision, before).map(({ audience, subject }) => `${audience}: ${subject}`);

const baking = decided('wait', { code: 'BAKING', bakedMinutes: 1, ofMinutes: 2, waitingForWeight: false });
const started = decided('advance', { code: 'STARTED', weight: 10, from: 1 });
const asked = decided('wait', { code: 'AWAITING_SIGN_OFF', missing: ['finance'], expiresAt: NOW, reminder: 0 });
const deployed = (resting: 'deploy' | 'agrees') => decided('wait', { code: 'FINISHED', weight: 100, resting });

describe('of a decision', () => {
  it.each<[Decision, readonly string[]]>([
    [baking, []],
    [decided('wait', { code: 'AWAITING_START', start: NOW, phase: 'x' }), []],
    [decided('wait', { code: 'AA_OVER', from: 10 }), []],
    [decided('wait', { code: 'OPERATOR', actor: operator, why: 'x' }), []],
    [asked, [`leads: ${rollout}: AWAITING_SIGN_OFF (ramp)`]],
    [decided('wait', { code: 'FROZEN', until: NOW, why: 'x' }), [`everyone: ${rollout}: FROZEN (ramp)`]],
    [decided('hold', { code: 'OPERATOR', actor: operator, why: 'x' }), [`onCall: ${rollout}: held: OPERATOR (ramp)`]],
    [decided('hold', { code: 'BLIND', behindMinutes: 9 }), [`everyone: ${rollout}: held: BLIND (ramp)`]],
    [decided('hold', { code: 'INCIDENT_OPEN', incidents: ['db'] }), [`onCall: ${rollout}: held: INCIDENT_OPEN (ramp)`]],
    [
      decided('hold', { code: 'WAY_BACK_NARROW', healthy: 5, needed: 14, sharePercent: 37 }),
      [`onCall: ${rollout}: held: WAY_BACK_NARROW (ramp)`],
    ],
    [
      decided('rollBack', { code: 'GUARD_TRIPPED', trip: guardTrip }),
      [`onCall: ${rollout}: rolling back: GUARD_TRIPPED (ramp)`],
    ],
    [
      decided('correct', { code: 'WEIGHT_ABOVE', rule: theRule, live: 50, recorded: 10 }),
      [`onCall: ${rollout}: weight corrected: WEIGHT_ABOVE (ramp)`],
    ],
    [started, [`everyone: ${rollout}: advance: STARTED (ramp)`]],
  ])('%# are told', (decision, notices) => {
    expect(told(decision)).toEqual(notices);
  });

  it('nobody is told twice, but of a template that does not know where the traffic rests', () => {
    expect(told(started, situationOf(1), started)).toEqual([]);
    expect(told(started, situationOf(1), baking)).toHaveLength(1);
    expect(told(deployed('deploy'), situationOf(3), deployed('deploy'))).toEqual([
      `everyone: ${rollout}: FINISHED (stabilisation)`,
    ]);
    expect(told(deployed('agrees'), situationOf(3), deployed('agrees'))).toEqual([]);
  });

  it('nobody is told that a rollback goes on', () => {
    const going = situationOf(1, { state: { status: 'rollingBack' } });
    expect(told(decided('rollBack', { code: 'GUARD_TRIPPED', trip: guardTrip }), going)).toEqual([]);
  });

  it('the subject says that a rollout is A/A, and that it is only scheduled', () => {
    const plan = { ...seedPlan, mode: 'aa' as const };
    expect(told(started, situationOf(-1, { plan }))).toEqual([
      `everyone: ${rollout} (A/A): advance: STARTED (scheduled)`,
    ]);
  });

  it('the text is its sentence, with what preflight notes on the way up', () => {
    const noted = situationOf(1, {
      evidence: { preflight: { problems: [], notes: ['one rule forwards alone'], dayBefore: UNKNOWN_DAY } },
    });
    const text = noticesOf(noted, started, null)[0]?.text ?? '';
    expect(text.split('\n').slice(0, 2)).toEqual([explain(started.reason), 'one rule forwards alone']);
    expect(noticesOf(noted, asked, null)[0]?.text).toBe(
      `${explain(asked.reason)}\nTo answer: sluice sign-off ultra-fast-analyzer --as ROLE --go, or --no-go --reason WHY.`,
    );
  });
});

describe('a checkpoint', () => {
  const checkpoint = { label: '15m', assessments: [failedCriterion] };
  const at = (decision: Decision, more = false) =>
    noticesOf(situationOf(1, { checkpoint, evidence: { more } }), decision, decision);

  it('that fell together with another decision is told all the same, once all rows are read', () => {
    expect(at(baking)).toEqual([
      {
        audience: 'everyone',
        subject: `${rollout}: checkpoint 15m`,
        text: [
          explain({ code: 'CHECKPOINT', checkpoint: '15m', assessments: [failedCriterion] }),
          'errorRate < 1%: FAIL; 3 %, 36 of 1,200 requests (95 %, at any time: 2 % to 4.5 %)',
        ].join('\n'),
      },
    ]);
    expect(at(baking, true)).toEqual([]);
  });

  it.each<Reason>([
    { code: 'CHECKPOINT', checkpoint: '15m', assessments: [] },
    { code: 'GATE_PASSED', assessments: [], autoSignOffs: [] },
    { code: 'EXTENDED', toMinutes: 1, upToMinutes: 2, assessments: [] },
    { code: 'INSUFFICIENT_DATA', assessments: [], bakedMinutes: 1 },
    { code: 'CRITERION_FAILED', assessment: failedCriterion },
  ])('is not told again beside $code, which says it', (reason) => {
    expect(at(decided('wait', reason))).toEqual([]);
  });
});

describe('reminders', () => {
  const hold = holdOf({ code: 'OPERATOR', actor: operator, why: 'x' });
  const rollback = rollbackOf({ decidedAt: NOW - HOUR, pagedAt: NOW - 5 * MINUTE });
  const going = situationOf(1, { state: { status: 'rollingBack', holds: [hold], rollback } });
  const reminded = (reason: Reason) => noticesOf(going, decided('wait', reason), decided('wait', reason));

  it('say what still holds, and why it goes back and what is in its way', () => {
    const unwritten = { code: 'WEIGHT_UNWRITTEN', rule: theRule, live: 1, recorded: 0 } as const;
    expect(reminded(unwritten)).toEqual([
      { audience: 'onCall', subject: `${rollout}: still held: OPERATOR`, text: explain(hold.reason) },
      {
        audience: 'onCall',
        subject: `${rollout}: the rollback is not complete`,
        text: `${explain(rollback.reason)}\n${explain(unwritten)}`,
      },
    ]);
    expect(reminded(rollback.reason)[1]?.text).toBe(explain(rollback.reason));
  });
});
