/** Step 6 of a tick: writes exactly the decision's weight, nothing else. */
import type { Decision } from '../rollout/entry.ts';
import { liveWeight, type Situation } from '../rollout/situation.ts';
import { type Fault, isFault } from './fault.ts';
import type { World } from './ports.ts';
import type { ReadHead } from './read-head.ts';

/** So many rules are written at the same time: a few that hang must not keep nineteen others waiting until the tick's time is over. */
const AT_ONCE = 5;

/**
 * A rise is written only while our entry still is the head, asked before each rule, and the rule still is as it was observed: a person
 * who lowered the weight in between has the last word. Lowering needs nobody's leave. A rule that cannot be written does not hide the
 * others; the next tick sees it in the live weights.
 *
 * @param recorded our entry; null when it could not be written, which only lowering survives
 * @returns what could not be written
 */
export const converge = async (
  world: World,
  { plan, evidence }: Situation,
  { setWeight }: Decision,
  recorded: ReadHead | null,
): Promise<readonly Fault[]> => {
  if (setWeight === undefined) return [];
  const { weight, raise, rollback, rules } = setWeight;
  const faults: Fault[] = [];
  const waiting = rules.values();
  const writeInTurn = async (): Promise<void> => {
    for (const rule of waiting) {
      if (raise && !(await isStillHead(world, recorded))) return;
      const reading = evidence.rules.find((each) => each.rule === rule);
      const from = raise && reading !== undefined ? liveWeight(reading) : null;
      const written = await world.router.setWeight(plan, { rule, weight, from, rollback });
      if (isFault(written)) faults.push(written);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, rules.length) }, writeInTurn));
  return faults;
};

const isStillHead = async (world: World, recorded: ReadHead | null): Promise<boolean> => {
  if (recorded === null) return false;
  const head = await world.journal.head(recorded.entry.rollout);
  return head !== undefined && !isFault(head) && head.hash === recorded.hash;
};
