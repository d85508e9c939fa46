/** Step 6 of a tick: writes exactly the decision's weight, nothing else. */
import type { Decision } from '../rollout/entry.ts';
import { liveWeight, type Situation } from '../rollout/situation.ts';
import { type Fault, isFault } from './fault.ts';
import type { World } from './ports.ts';
import type { ReadHead } from './read-head.ts';

/**
 * A rise is written only while our entry still is the head and each rule still is as it was observed: a person who lowered the
 * weight in between has the last word. Lowering needs nobody's leave. A rule that cannot be written does not hide the others;
 * the next tick sees it in the live weights.
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
  const { weight, raise, rollback } = setWeight;
  if (raise && (recorded === null || !(await isStillHead(world, recorded)))) return [];
  const faults: Fault[] = [];
  for (const rule of setWeight.rules) {
    const reading = evidence.rules.find((each) => each.rule === rule);
    const from = raise && reading !== undefined ? liveWeight(reading) : null;
    const written = await world.router.setWeight(plan, { rule, weight, from, rollback });
    if (isFault(written)) faults.push(written);
  }
  return faults;
};

const isStillHead = async (world: World, recorded: ReadHead): Promise<boolean> => {
  const head = await world.journal.head(recorded.entry.rollout);
  return head !== undefined && !isFault(head) && head.hash === recorded.hash;
};
