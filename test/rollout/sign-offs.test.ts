/** Whose word a gate needs, and whose is missing. */
import { describe, expect, it } from 'vitest';
import { lastWord, missingSignOffs, rolesOf, signedAt, signOffTimes } from '../../lib/rollout/sign-offs.ts';
import { go, HOUR, MINUTE, NOW, seedPlan, stateOf } from './fixture.ts';

const plan = {
  ...seedPlan,
  signOffWithinMinutes: 60,
  phases: seedPlan.phases.map((phase) => ({
    ...phase,
    signOff: { ...phase.signOff, roles: ['engineering', 'product'], auto: ['product', 'finance'] },
  })),
};
const passed = (...signOffs: readonly ReturnType<typeof go>[]) =>
  stateOf(0, { signOffs, gate: { passedAt: NOW - HOUR, askedAt: NOW - HOUR, reminders: 0 } });
const noGo = (role: string, at: number) => ({ ...go(role, at), answer: 'NO-GO' }) as const;

describe('a gate', () => {
  it('needs the word of each role once, also of those that sign by themselves', () => {
    expect(rolesOf(plan, passed())).toEqual(['engineering', 'product', 'finance']);
    expect(missingSignOffs(plan, passed(go('product')))).toEqual(['engineering', 'finance']);
  });

  it('goes by the last word of a role', () => {
    const state = passed(go('engineering', NOW - 3), noGo('engineering', NOW - 2), go('product', NOW - 1));
    expect(lastWord(state, 'engineering')).toMatchObject({ answer: 'NO-GO', at: NOW - 2 });
    expect(lastWord(state, 'finance')).toBeUndefined();
    expect(missingSignOffs(plan, state)).toEqual(['engineering', 'finance']);
  });

  it('is signed with the last GO that was needed, or when it passed', () => {
    expect(signedAt(plan, passed(go('product', NOW - 2), go('finance', NOW - 1), go('operations', NOW)))).toBe(NOW - 1);
    expect(signedAt(plan, passed())).toBe(NOW - HOUR);
    expect(signedAt(plan, stateOf(0, { signOffs: [] }))).toBe(0);
  });

  it('reminds of sign-offs after half and three quarters of the time that they have', () => {
    const last = stateOf(seedPlan.phases.length - 1);
    expect(signOffTimes(plan, last, NOW)).toEqual({
      expiresAt: NOW + HOUR,
      reminders: [NOW + 30 * MINUTE, NOW + 45 * MINUTE],
    });
  });
});
