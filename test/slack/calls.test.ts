import { describe, expect, it } from 'vitest';
import type { Entry, Notice } from '../../lib/rollout/entry.ts';
import type { RolloutState } from '../../lib/rollout/rollout.ts';
import { levelAfter, mentionedIn, onCallBetween, openCalls } from '../../lib/slack/calls.ts';
import { callPost } from '../../lib/slack/posts.ts';
import { failedCriterion, guardTrip, holdOf, MINUTE, NOW, seedPlan, stateOf } from '../rollout/fixture.ts';

const watchdog = holdOf({ code: 'WATCHDOG', staleMinutes: 9 }, NOW);
const held = stateOf(0, { holds: [watchdog] });
const rollback = {
  decidedAt: NOW,
  reason: { code: 'GUARD_TRIPPED', trip: guardTrip },
  faultBeganAt: null,
  fromWeight: 1,
  verifiedAt: null,
  lastRequestMinute: null,
  quietRows: 0,
  tailRequests: 0,
  pagedAt: NOW,
} as const;
const goingBack = stateOf(0, { status: 'rollingBack', rollback });
const keysOf = (state: RolloutState, answeredAt: number | null = null) =>
  openCalls(state, answeredAt).map(({ key }) => key);

describe('what waits for people', () => {
  it('is a hold that somebody must end, and a rollback until weight 0 is seen', () => {
    expect(keysOf(held)).toEqual([`WATCHDOG@${NOW}`]);
    expect(keysOf(goingBack)).toEqual([`rollback@${NOW}`]);
    expect(keysOf({ ...goingBack, rollback: { ...rollback, verifiedAt: NOW } })).toEqual([]);
  });

  it('is no circumstance that ends by itself, but an open incident and a narrow way back', () => {
    const holds = [
      holdOf({ code: 'BLIND', behindMinutes: 9 }, NOW),
      holdOf({ code: 'INCIDENT_OPEN', incidents: ['x'] }, NOW),
      holdOf({ code: 'WAY_BACK_NARROW', healthy: 1, needed: 9, sharePercent: 9 }, NOW),
    ];
    expect(keysOf(stateOf(0, { holds }))).toEqual([`INCIDENT_OPEN@${NOW}`, `WAY_BACK_NARROW@${NOW}`]);
  });

  it('is nothing that people have not been told of yet, nor anything of a rollout that has ended or goes home', () => {
    expect(keysOf(stateOf(0, { holds: [{ ...watchdog, told: false }] }))).toEqual([]);
    expect(keysOf({ ...held, status: 'closed', endedAt: NOW })).toEqual([]);
    const home = { ...rollback, reason: { code: 'AA_OVER', from: 1 } } as const;
    expect(keysOf({ ...goingBack, rollback: home })).toEqual([]);
  });

  it('is answered by a command that came with it or after it, and not by one before', () => {
    expect(keysOf(held, NOW - 1)).toEqual([`WATCHDOG@${NOW}`]);
    expect(keysOf(held, NOW)).toEqual([]);
  });
});

describe('people on call', () => {
  it('are the primary role at once, the secondary after 15 minutes, the escalation after 30', () => {
    expect([0, 14.9, 15, 29.9, 30, 600].map((minutes) => levelAfter(NOW, NOW + minutes * MINUTE))).toEqual([
      0, 0, 1, 1, 2, 2,
    ]);
    expect(onCallBetween(seedPlan, 0, 0)).toEqual(['U0ENG']);
    expect(onCallBetween(seedPlan, 0, 2)).toEqual(['U0ENG', 'U0OPS', 'U0VPE']);
    expect(onCallBetween(seedPlan, 1, 2)).toEqual(['U0OPS', 'U0VPE']);
  });

  it('are the operators where the plan names nobody', () => {
    const plan = { ...seedPlan, onCall: undefined };
    expect([onCallBetween(plan, 0, 2), onCallBetween(plan, 1, 2)]).toEqual([['U0SRE'], []]);
  });

  it('are called once for each level, and once for all that are due together', () => {
    const [call] = openCalls(held, null);
    if (call === undefined) throw new Error('somebody is called');
    expect(callPost(seedPlan, call, 0, NOW + 14 * MINUTE)).toBeUndefined();
    expect(
      callPost(seedPlan, call, 0, NOW + 15 * MINUTE)
        ?.message.text.split('\n')
        .slice(0, 2),
    ).toEqual(['<@U0OPS>', 'ultra-fast-analyzer: held: WATCHDOG, for 15 minutes without an answer']);
    expect(callPost(seedPlan, call, 1, NOW + 29 * MINUTE)).toBeUndefined();
    expect(callPost(seedPlan, call, -1, NOW + 40 * MINUTE)?.message.text).toMatch(/^<@U0ENG> <@U0OPS> <@U0VPE>\n/);
    expect(callPost(seedPlan, call, 2, NOW + 600 * MINUTE)).toBeUndefined();
  });
});

describe('a notice mentions', () => {
  const entryOf = (state: RolloutState, decision: Entry['decision'], at = NOW): Entry => ({
    rollout: seedPlan.rollout,
    revision: 3,
    previous: '',
    at: new Date(at).toISOString(),
    cause: { by: 'schedule' },
    rows: [],
    businessRows: [],
    decision,
    notices: [],
    state,
  });
  const notice = (audience: Notice['audience']): Notice => ({ audience, subject: 's', text: 't' });
  const mentioned = (entry: Entry, audience: Notice['audience'], now = NOW) =>
    mentionedIn(seedPlan, entry, notice(audience), { answeredAt: null, now, newest: entry.state });
  const asking = (reminder: 0 | 1 | 2) =>
    entryOf(stateOf(1), {
      decision: 'wait',
      reason: { code: 'AWAITING_SIGN_OFF', missing: ['product', 'finance'], reminder, expiresAt: NOW },
    });
  const watchdogHeld = entryOf(held, { decision: 'hold', reason: watchdog.reason });

  it('nobody, when everyone is told', () => {
    expect(mentioned(watchdogHeld, 'everyone')).toEqual([]);
  });

  it('the leads whose GO is missing; reminders also those on call', () => {
    expect(mentioned(asking(0), 'leads')).toEqual(['U0PRD', 'U0FIN']);
    expect(mentioned(asking(1), 'leads')).toEqual(['U0PRD', 'U0FIN', 'U0ENG']);
    expect(mentioned(asking(2), 'leads')).toEqual(['U0PRD', 'U0FIN', 'U0ENG', 'U0OPS']);
  });

  it('the leads of the gate who have not spoken, when one person has signed alone', () => {
    const decision: Entry['decision'] = {
      decision: 'wait',
      reason: { code: 'AWAITING_SIGN_OFF', missing: [], alone: { starter: 'ann' }, reminder: 0, expiresAt: NOW },
    };
    const signOffs = [{ role: 'engineering', answer: 'GO', actor: 'slack:U0ENG', at: NOW } as const];
    const plan = { ...seedPlan, separationOfDuty: true };
    const entry = entryOf(stateOf(1, { signOffs }), decision);
    const now = (newest = entry.state) =>
      mentionedIn(plan, entry, notice('leads'), { answeredAt: null, now: NOW, newest });
    expect(now()).toEqual(['U0OPS', 'U0PRD', 'U0FIN']);
    const another = { role: 'operations', answer: 'GO', actor: 'slack:U0OPS', at: NOW } as const;
    expect(now({ ...entry.state, signOffs: [...signOffs, another] })).toEqual([]);
  });

  it('all leads, when it is rolled back', () => {
    const drained = entryOf(stateOf(0), { decision: 'rollBack', reason: { code: 'DRAINED', afterMinutes: 2 } });
    expect(mentioned(drained, 'leads')).toEqual(['U0ENG', 'U0OPS', 'U0PRD', 'U0FIN']);
  });

  it('the primary role, when on call are told of something new', () => {
    expect(mentioned(watchdogHeld, 'onCall')).toEqual(['U0ENG']);
  });

  it('also those who would have to sign, when something is proven bad', () => {
    const reason = { code: 'CRITERION_FAILED', assessment: failedCriterion } as const;
    const failed = entryOf(stateOf(0, { holds: [holdOf(reason, NOW)] }), { decision: 'hold', reason });
    expect(mentioned(failed, 'onCall')).toEqual(['U0ENG', 'U0OPS', 'U0PRD', 'U0FIN']);
  });

  it('all who have been called by then, when it reminds of what nobody has answered', () => {
    const still = entryOf(held, { decision: 'wait', reason: watchdog.reason }, NOW + 60 * MINUTE);
    expect(mentioned(still, 'onCall', NOW + 60 * MINUTE)).toEqual(['U0ENG', 'U0OPS', 'U0VPE']);
  });

  it('nobody, when it comes more than a quarter of an hour late', () => {
    expect(mentioned(watchdogHeld, 'onCall', NOW + 16 * MINUTE)).toEqual([]);
  });
});
