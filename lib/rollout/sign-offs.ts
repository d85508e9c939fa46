import type { Instant, Plan } from '../plan/plan.ts';
import { expiryOf, remindersOf } from '../plan/timeline.ts';
import type { RolloutState, SignOff } from './rollout.ts';
import { phaseOf } from './situation.ts';

/** Every role whose word the present phase's gate needs. */
export const rolesOf = (plan: Plan, state: RolloutState): readonly string[] => {
  const { roles, auto } = phaseOf(plan, state).signOff;
  return [...new Set([...roles, ...auto])];
};

/** A role's last word counts. */
export const lastWord = (state: RolloutState, role: string): SignOff | undefined =>
  state.signOffs.findLast((signOff) => signOff.role === role);

export const missingSignOffs = (plan: Plan, state: RolloutState): readonly string[] =>
  rolesOf(plan, state).filter((role) => lastWord(state, role)?.answer !== 'GO');

/** When the last GO that was needed came; the gate's passing where none was needed. */
export const signedAt = (plan: Plan, state: RolloutState): Instant =>
  Math.max(state.gate?.passedAt ?? 0, ...rolesOf(plan, state).map((role) => lastWord(state, role)?.at ?? 0));

/** When the sign-offs asked at `askedAt` expire, and when leads are reminded. */
export const signOffTimes = (plan: Plan, state: RolloutState, askedAt: Instant) => ({
  expiresAt: expiryOf(plan, state.phase, askedAt),
  reminders: remindersOf(plan, state.phase, askedAt),
});
