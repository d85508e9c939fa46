/** What somebody does to a rehearsal while it goes on: to its world, to the rules past Sluice, and by commands. */
import type { Memory } from '../controller/watchdog.ts';
import type { Instant } from '../plan/plan.ts';
import type { Command } from '../rollout/command.ts';
import type { Behaviour } from './behaviour.ts';
import { callCommand, callWatchdog } from './calls.ts';
import { MINUTE } from './clock.ts';
import { changeByHand, handChanges } from './hands.ts';
import { keeping, nextInstant, type Rehearsal, seeEntries } from './rehearsal.ts';
import { makeWorld } from './world.ts';

/** The present instant as behaviours count it. */
export const planMinute = ({ world, plan }: Rehearsal): number => (world.data.now - plan.start) / MINUTE;

/**
 * The same world, in which from now on these are at work. The one before must not be used any more. Minutes are computed again from what is at
 * work in them: a behaviour that is over stays in the list, with its end.
 */
export const withBehaviours = (rehearsal: Rehearsal, behaviours: readonly Behaviour[]): Rehearsal => {
  const { world, unseen, options } = rehearsal;
  return {
    ...rehearsal,
    world: makeWorld({ ...world.setting, behaviours }, keeping(unseen, options), world.data),
  };
};

/** Lets time pass up to `at`, or to where something happens: whoever acts between two wake-ups acts then. */
export const letPass = (rehearsal: Rehearsal, at: Instant): void => {
  const { data } = rehearsal.world;
  data.now = Math.max(data.now, Math.min(at, nextInstant(rehearsal)));
};

/** Somebody who does not know of Sluice gives the candidate this weight on every rule. */
export const editWeights = ({ plan, world }: Rehearsal, weight: number): void => {
  const effect = { kind: 'weightByHand', weight, rule: null } as const;
  const edit: Behaviour = { text: `weight ${weight}% by hand`, fromMinute: 0, toMinute: null, effect };
  for (const change of handChanges(plan, [edit])) changeByHand(world.data, change);
};

/** One look of the watchdog, which the rehearsal does not have by itself. */
export const lookAfter = async (rehearsal: Rehearsal, before: Memory): Promise<Memory> => {
  const memory = await callWatchdog(rehearsal.world, before);
  await seeEntries(rehearsal, rehearsal.world);
  return memory;
};

/** Undefined: it was done; else why not. */
export const ask = async (rehearsal: Rehearsal, asked: Command, identity: string): Promise<string | undefined> => {
  const [refused] = await callCommand(rehearsal.world, rehearsal.plan.rollout, asked, identity);
  await seeEntries(rehearsal, rehearsal.world);
  return refused;
};
