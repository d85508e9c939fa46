/** What a tick without rows sees of rules, health and alarms, and keeps. */
import { describe, expect, it } from 'vitest';
import type { Evidence, RuleReading } from '../../lib/rollout/evidence.ts';
import { observe } from '../../lib/rollout/observe.ts';
import type { Rollback, RolloutState, RuleState } from '../../lib/rollout/rollout.ts';
import { evidenceOf, HOUR, MINUTE, NOW, seedPlan, stateOf, twoRulesPlan, watchTrip } from './fixture.ts';

const [first = '', second = ''] = twoRulesPlan.traffic.rules;
const live = (weight: number, sticky = false, rule = first): RuleReading => ({
  rule,
  kind: 'weighted',
  weight,
  sticky,
});
const unreadable: RuleReading = {
  rule: second,
  kind: 'unreadable',
  fault: { code: 'THROTTLED', operation: 'read the rules' },
};
const foreign: RuleReading = { rule: second, kind: 'foreign', found: 'x' };
const gone: RuleReading = { rule: second, kind: 'gone' };

/** At 10 %, with two rules. */
const seen = (change: Partial<RolloutState>, evidence: Partial<Evidence> = {}): RolloutState =>
  observe(twoRulesPlan, stateOf(1, change, twoRulesPlan), evidenceOf(10, evidence)).state;

describe('a rule', () => {
  const there: RuleState = { confirmed: 10, isConfirmed: true, sticky: false };
  const rising: RuleState = { confirmed: 1, isConfirmed: false, sticky: false };
  it.each<[string, RuleState, RuleReading, RuleState]>([
    ['is confirmed when the recorded weight is seen', rising, live(10), there],
    ['is not while another is seen', rising, live(1), rising],
    ['stays confirmed when somebody lowers it', there, live(0), there],
    ['is confirmed anew at the weight of a rollback', { ...there, confirmed: 50 }, live(10), there],
    ['is confirmed anew where nothing rose', { ...there, isConfirmed: false }, live(10), there],
    ['tells that it pins clients', rising, live(1, true), { ...rising, sticky: true }],
    ['tells so too while somebody has lowered it', there, live(0, true), { ...there, sticky: true }],
    ['tells that it pins them no more', { ...there, sticky: true }, live(10), there],
    ['stays as it was while it cannot be read', rising, { ...unreadable, rule: first }, rising],
    ['stays as it was while it forwards elsewhere', there, foreign, there],
  ])('%s', (_, rule, reading, after) => {
    const rules = [rule, there];
    const { rules: then } = seen({ rules }, { rules: [reading, live(10, false, second)] });
    expect(then).toEqual([after, there]);
    expect(then[1]).toBe(there);
  });
  it('that is as it was leaves the record as it was', () => {
    const rules = [there, there];
    expect(seen({ rules }, { rules: [live(10), live(10, false, second)] }).rules).toBe(rules);
  });
});

describe('the bake', () => {
  const { bake } = stateOf(1);
  const waiting = { bake: { ...bake, startedAt: null } };
  const begins = (state: Partial<RolloutState>, ...rules: RuleReading[]) => seen(state, { rules }).bake.startedAt;
  it('begins when all rules are seen at the recorded weight', () => {
    expect(begins(waiting, live(10), live(10, false, second))).toBe(NOW);
  });
  it.each([
    ['while one is not there yet', live(1, false, second)],
    ['while one that was there is lowered, or cannot be read now', unreadable],
  ])('does not begin %s', (_, reading) => {
    expect(begins(waiting, live(10), reading)).toBeNull();
    expect(begins(waiting, live(10))).toBeNull();
  });
  it('does not begin twice, and only while baking', () => {
    expect(begins({}, live(10), live(10, false, second))).toBe(bake.startedAt);
    expect(begins({ ...waiting, status: 'passed' }, live(10), live(10, false, second))).toBeNull();
  });
});

describe('a candidate without healthy targets', () => {
  const health = (healthy: number | null): Partial<Evidence> => ({
    health: {
      candidate: healthy === null ? null : { healthy, registered: 20 },
      baseline: { healthy: 20, registered: 20 },
    },
  });
  it.each<[string, Partial<RolloutState>, number | null, number | null]>([
    ['is so from now on', {}, 0, NOW],
    ['is so since it was first seen', { unhealthySince: NOW - MINUTE }, 0, NOW - MINUTE],
    ['is over with one', { unhealthySince: NOW - MINUTE }, 1, null],
    ['is not over because it cannot be read', { unhealthySince: NOW - MINUTE }, null, NOW - MINUTE],
    ['does not begin because it cannot be read', {}, null, null],
    ['is nothing to see on the way back', { status: 'rollingBack', unhealthySince: NOW - MINUTE }, 0, null],
  ])('%s', (_, state, healthy, since) => {
    expect(seen(state, health(healthy)).unhealthySince).toBe(since);
  });
});

describe('alarms without data', () => {
  it.each<[string, number | null, Evidence['alarms'], number | null]>([
    ['are unclear from now on', null, ['insufficient'], NOW],
    ['are unclear since they were first seen so', NOW - HOUR, ['insufficient'], NOW - HOUR],
    ['are unclear also where they cannot be read', null, null, NOW],
    ['are clear again', NOW - HOUR, ['ok'], null],
    ['are clear where one is on', NOW - HOUR, ['alarm'], null],
  ])('%s', (_, before, alarms, since) => {
    expect(seen({ alarmsUnclearSince: before }, { alarms }).alarmsUnclearSince).toBe(since);
  });
});

describe('the fleets that capacity is reckoned with', () => {
  const counted = (phase: number, health: Evidence['health']) =>
    observe(seedPlan, stateOf(phase), evidenceOf(0, { health })).state.healthyAtStart;
  const now = { candidate: { healthy: 8, registered: 8 }, baseline: { healthy: 9, registered: 9 } };
  it('are counted until the start, and kept from then on', () => {
    expect(counted(-1, now)).toEqual({ baseline: 9, candidate: 8 });
    expect(counted(0, now)).toEqual({ baseline: 20, candidate: 20 });
  });
  it('stay as last counted while health cannot be read', () => {
    expect(counted(-1, { candidate: null, baseline: null })).toEqual({ baseline: 20, candidate: 20 });
  });
});

describe('a weight of 0 that nobody recorded', () => {
  const zero = [live(0), live(0, false, second)];
  it.each<[string, Partial<RolloutState>, RuleReading[], number | null]>([
    ['is known from now on', {}, zero, NOW],
    ['is known since it was first seen', { zeroSince: NOW - HOUR }, zero, NOW - HOUR],
    ['is over when one rule has traffic', { zeroSince: NOW - HOUR }, [live(0), live(1, false, second)], null],
    ['stays known while one cannot be read', { zeroSince: NOW - HOUR }, [live(0), unreadable], NOW - HOUR],
    ['does not begin while one cannot be read', {}, [live(0), unreadable], null],
    ['is what was asked for on the way back', { status: 'rollingBack', zeroSince: NOW - HOUR }, zero, null],
  ])('%s', (_, state, rules, since) => {
    expect(seen(state, { rules }).zeroSince).toBe(since);
  });
});

describe('the way back', () => {
  const rollback: Rollback = {
    decidedAt: NOW - 10 * MINUTE,
    reason: { code: 'WATCH_TRIPPED', trip: watchTrip },
    faultBeganAt: null,
    fromWeight: 10,
    verifiedAt: null,
    lastRequestMinute: null,
    quietRows: 1,
    tailRequests: 0,
    pagedAt: NOW,
  };
  const then = (verifiedAt: number | null, ...rules: RuleReading[]) =>
    seen({ status: 'rollingBack', weight: 0, rollback: { ...rollback, verifiedAt } }, { rules }).rollback;
  it.each<[string, RuleReading[]]>([
    ['every rule shows 0', [live(0), live(0, false, second)]],
    ['the one shows 0 and the other is gone', [live(0), gone]],
  ])('is done when %s', (_, rules) => {
    expect(then(null, ...rules)).toEqual({ ...rollback, verifiedAt: NOW });
    expect(then(NOW - HOUR, ...rules)).toEqual({ ...rollback, verifiedAt: NOW - HOUR });
  });
  it.each<[string, RuleReading]>([
    ['forwards elsewhere', foreign],
    ['cannot be read', unreadable],
  ])('is not known to be done while a rule %s, and stays done', (_, reading) => {
    expect(then(null, live(0), reading)).toEqual(rollback);
    expect(then(NOW - HOUR, live(0), reading)).toEqual({ ...rollback, verifiedAt: NOW - HOUR });
  });
  it('is taken back by a rule that somebody raises again', () => {
    expect(then(null, live(0), live(1, false, second))).toEqual(rollback);
    expect(then(NOW - HOUR, live(0), live(1, false, second))).toEqual({ ...rollback, quietRows: 0 });
  });
});
