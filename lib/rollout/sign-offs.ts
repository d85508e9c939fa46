import type { Instant, Plan } from '../plan/plan.ts';
import { expiryOf, remindersOf } from '../plan/timeline.ts';
import { personOf } from './authority.ts';
import type { Alone } from './reason.ts';
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

/**
 * Separation of duty, where the plan wants it: who started the rollout does not open a gate alone. His GO counts for his role, and somebody
 * else must have given one; a GO by itself is nobody's. Who deployed is not known, so then it takes two people. Where no person is asked
 * there is nothing to separate. Undefined: nothing stands against it.
 */
export const signedAlone = (plan: Plan, state: RolloutState): Alone | undefined => {
  const { starter = null, signOffs } = state;
  if (!plan.separationOfDuty || phaseOf(plan, state).signOff.roles.length === 0) return undefined;
  const given = signOffs.filter(({ answer, actor }) => answer === 'GO' && actor !== 'auto');
  const people = [...new Set(given.map(({ actor }) => personOf(actor)))];
  if (surelyOthers(people, starter) > 0) return undefined;
  const isUnclear =
    people.filter((person) => starter === null || person !== personOf(starter)).length > Number(starter === null);
  return isUnclear ? { starter, isUnclear } : { starter };
};

/**
 * How many of them are certainly not who started. Nobody can tell whether somebody of Slack is somebody of AWS: one of Slack may be the
 * starter, and two are not both.
 */
const surelyOthers = (people: readonly string[], starter: string | null): number => {
  const ofSlack = people.filter(isOfSlack).length;
  const ofAws = people.length - ofSlack;
  if (starter === null) return Math.max(ofSlack, ofAws) - 1;
  const isThere = people.includes(personOf(starter));
  const [same, foreign] = isOfSlack(starter) ? [ofSlack, ofAws] : [ofAws, ofSlack];
  return Math.max(same - Number(isThere), foreign - 1);
};

const isOfSlack = (person: string): boolean => person.startsWith('slack:');

/** When the last GO that was needed came; the gate's passing where none was needed. */
export const signedAt = (plan: Plan, state: RolloutState): Instant =>
  Math.max(state.gate?.passedAt ?? 0, ...rolesOf(plan, state).map((role) => lastWord(state, role)?.at ?? 0));

/** When the sign-offs asked at `askedAt` expire, and when leads are reminded. */
export const signOffTimes = (plan: Plan, state: RolloutState, askedAt: Instant) => ({
  expiresAt: expiryOf(plan, state.phase, askedAt),
  reminders: remindersOf(plan, state.phase, askedAt),
});
