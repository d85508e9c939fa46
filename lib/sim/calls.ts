/** The only file of the simulator that calls the controller: what wakes it, starts it and commands it. */
import { command } from '../controller/command.ts';
import type { World } from '../controller/ports.ts';
import { start } from '../controller/start.ts';
import { tick } from '../controller/tick.ts';
import { type Memory, watchdog } from '../controller/watchdog.ts';
import { parsePlan } from '../plan/parse.ts';
import type { Plan } from '../plan/plan.ts';
import { describeProblem } from '../plan/problem.ts';
import type { Command } from '../rollout/command.ts';

/** Answers the problems of a refusal; none: it was done. */
type Refusals = readonly string[];

export const callTick = async (world: World, rollout: string): Promise<void> => {
  await tick(world, rollout);
};

/** Nothing takes real time here, so nothing is cut off. */
const ALL_THE_TIME = { breathe: async () => {}, within: <T>(turn: () => Promise<T>) => turn() };

export const callWatchdog = async (world: World, before: Memory): Promise<Memory> =>
  (await watchdog(world, before, ALL_THE_TIME)).memory;

export const callStart = async (
  world: World,
  source: string,
  identity: string,
  recorded: boolean,
): Promise<Refusals> => {
  const started = await start(world, source, identity, { recorded });
  return started.ok ? [] : started.problems;
};

export const callCommand = async (
  world: World,
  rollout: string,
  asked: Command,
  identity: string,
): Promise<Refusals> => {
  const commanded = await command(world, rollout, asked, identity);
  return commanded.ok ? [] : [commanded.refused];
};

export const readPlan = (source: string): Plan | { readonly refused: Refusals } => {
  const parsed = parsePlan(source);
  return parsed.ok ? parsed.plan : { refused: parsed.problems.map(describeProblem) };
};
