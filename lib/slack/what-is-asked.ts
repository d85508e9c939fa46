/** What somebody's press asks of a rollout: a command, a question back, or nothing any more. Pure. */
import type { Plan, Role } from '../plan/plan.ts';
import { isOperator, rolesHeld } from '../rollout/authority.ts';
import type { Command } from '../rollout/command.ts';
import type { Entry } from '../rollout/entry.ts';
import { explain, instant } from '../rollout/explain.ts';
import type { RolloutState } from '../rollout/rollout.ts';
import { lastWord, rolesOf, signedAlone } from '../rollout/sign-offs.ts';
import { phaseOf } from '../rollout/situation.ts';
import { actorOf, type Interaction } from './interaction.ts';
import { questionOf } from './question.ts';

/** Whether the question of a button still stands, by the newest entry: undefined, or in words why not. */
export type Stale = (newest: Entry) => string | undefined;

export type WhatIsAsked =
  | { readonly command: Command }
  /** Several roles of the same person are waited for, and one identity signs for one. */
  | { readonly roles: readonly Role[] }
  | { readonly words: string };

type Asking = Exclude<Interaction, { readonly kind: 'reasonAsked' }>;

/** Holding and rolling back are safe however old the button is: who presses it wants less traffic on the candidate, not more. */
export const isWayDown = (interaction: Asking): boolean =>
  interaction.kind === 'reasoned' && (interaction.button.ask === 'hold' || interaction.button.ask === 'rollBack');

/** @param interaction `reasonAsked` asks nothing yet */
export const whatIsAsked = (plan: Plan, newest: Entry, interaction: Asking, stale: Stale): WhatIsAsked => {
  const { state } = newest;
  const actor = actorOf(interaction);
  const held = rolesHeld(plan, actor);
  // Whoever may nothing is refused by the controller, which records it: also with a stale button.
  const isKnown = held.length > 0 || isOperator(plan, actor);
  const words = isKnown && !isWayDown(interaction) ? stale(newest) : undefined;
  if (words !== undefined) return { words: `${words}\nNothing was done.` };
  if (interaction.kind === 'go')
    return held.length > 0 ? go(plan, state, interaction.role, actor) : signOff(plan, state, 'GO', '');
  const { button, why } = interaction;
  switch (button.ask) {
    case 'noGo':
      return signOff(plan, state, 'NO-GO', why, roleOfNoGo(plan, state, actor));
    case 'hold':
    case 'rollBack':
    case 'advance':
      return { command: { kind: button.ask, why } };
  }
};

/** @param role by default the first that the phase asks, or else that the plan has: that of somebody who has none is refused by its name */
const signOff = (plan: Plan, state: RolloutState, answer: 'GO' | 'NO-GO', why: string, role?: Role): WhatIsAsked => {
  const named = role ?? rolesOf(plan, state)[0] ?? Object.keys(plan.leads)[0] ?? 'lead';
  return { command: { kind: 'signOff', phase: phaseOf(plan, state).name, role: named, answer, why } };
};

const go = (plan: Plan, state: RolloutState, chosen: Role | undefined, actor: string): WhatIsAsked => {
  const { held, asked, said } = rolesAround(plan, state, actor);
  // The policy says by itself which roles the phase asks.
  if (asked.length === 0) return signOff(plan, state, 'GO', '', held[0]);
  if (said !== undefined && lastWord(state, said)?.answer === 'GO')
    return { words: `You have given GO for ${said} already; one identity signs for one role.` };
  // Where one person has signed alone, another one's GO for any role is what is missing.
  const isAlone = signedAlone(plan, state) !== undefined;
  const open = asked.filter((role) => isAlone || lastWord(state, role)?.answer !== 'GO');
  const [first, ...others] = open;
  if (first === undefined) return { words: `GO has been given for ${asked.join(' and ')} already.` };
  if (chosen !== undefined)
    return open.includes(chosen)
      ? signOff(plan, state, 'GO', '', chosen)
      : { words: `No GO for ${chosen} is waited for from you; open: ${open.join(', ')}.` };
  return others.length === 0 ? signOff(plan, state, 'GO', '', first) : { roles: open };
};

/** A NO-GO takes the own GO back where there is one; else it is of the first role that has not said GO. One is enough to hold. */
const roleOfNoGo = (plan: Plan, state: RolloutState, actor: string): Role | undefined => {
  const { held, asked, said } = rolesAround(plan, state, actor);
  return said ?? asked.find((role) => lastWord(state, role)?.answer !== 'GO') ?? asked[0] ?? held[0];
};

/** `asked`: held by this identity, and the phase asks them. `said`: the one among them that it has spoken for last. */
const rolesAround = (plan: Plan, state: RolloutState, actor: string) => {
  const held = rolesHeld(plan, actor);
  const asked = rolesOf(plan, state).filter((role) => held.includes(role));
  return { held, asked, said: asked.find((role) => lastWord(state, role)?.actor === actor) };
};

/**
 * @param shown the entry at the button's revision; undefined: the journal has none there, or it cannot be read
 */
export const staleness =
  (shown: Entry | undefined, revision: number): Stale =>
  (newest) => {
    if (shown === undefined) return `This button is of revision ${revision}, which cannot be found in the journal.`;
    if (questionOf(shown.state) === questionOf(newest.state)) return undefined;
    return [
      'This button has become stale.',
      `When it was made (${instant(Date.parse(shown.at))}): ${explain(shown.decision.reason)}`,
      `Now (${instant(Date.parse(newest.at))}): ${explain(newest.decision.reason)}`,
    ].join('\n');
  };
