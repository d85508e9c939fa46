/**
 * One tick: what every wake-up does, whatever it was meant for. Level-triggered: a lost, late, doubled or overlapping wake-up does
 * no harm. Follow this function from top to bottom to understand Sluice.
 */
import type { Plan } from '../plan/plan.ts';
import { apply } from '../rollout/apply.ts';
import { followDrifts, lastLook } from '../rollout/culprit.ts';
import { decide } from '../rollout/decide.ts';
import type { Evidence } from '../rollout/evidence.ts';
import { observe } from '../rollout/observe.ts';
import type { RolloutState } from '../rollout/rollout.ts';
import type { Situation } from '../rollout/situation.ts';
import { clearAbandoned } from './abandoned.ts';
import { act } from './act.ts';
import { type Fault, isFault } from './fault.ts';
import { gather, inParts } from './gather.ts';
import type { World } from './ports.ts';
import { type ReadHead, readHead } from './read-head.ts';
import { mayRestOnLately, readHealth, readLatelyHealth } from './read-health.ts';
import { type Outcome, record } from './record.ts';

/** On a conflict somebody else was faster: look again, at most this often. */
const ATTEMPTS = 3;

/** Answers what the last look saw and decided; undefined: others were faster every time, and look after it. */
export const tick = async (world: World, rollout: string): Promise<Ticked | undefined> => {
  const plan = await world.journal.plan(rollout);
  if (isFault(plan)) {
    if (plan.code === 'NOT_FOUND') await clearAbandoned(world, rollout);
    throw new Error(`Cannot tick rollout ${rollout}: its plan cannot be read (${plan.code})`, { cause: plan.cause });
  }
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const isLast = attempt === ATTEMPTS;
    const looked = await lookOnce(world, plan, isLast);
    if (looked !== 'conflict') return looked;
  }
  return undefined;
};

/**
 * Where the journal cannot be written, the rest of the rows is judged all the same, and nothing is written until one of them rolls
 * back: lowering needs nobody's leave.
 */
const lookOnce = async (world: World, plan: Plan, isLast: boolean): Promise<Ticked | 'conflict'> => {
  let head: ReadHead = await readHead(world, plan.rollout); //                          1  read
  const isLately = mayRestOnLately(world, head.entry.state);
  const askHealth = isLately ? readLatelyHealth : readHealth;
  const evidence = await gather(world, plan, head.entry.state, true, askHealth); //     2  observe
  const since = lastLook(head.entry);
  let seen: Seen = { state: head.entry.state, isRecorded: true };
  let unrecorded: Fault | null = null;
  const unwritten: Fault[] = [];
  const parts = inParts(evidence);
  for (const [index, part] of parts.entries()) {
    const mayRest = isLately && mayRestOnLately(world, seen.state);
    const { situation, decision } = await decideOn(world, plan, seen, part, mayRest); //  3  judge, 4  decide
    const state = followDrifts(apply(situation, decision), decision, part, since);
    const recorded = seen.isRecorded ? await record(world, head, { situation, decision, state }) : null; // 5  record
    if (recorded === 'conflict' && !(isLast && decision.decision === 'rollBack')) return 'conflict';
    const written = recorded === 'conflict' || isFault(recorded) ? null : recorded;
    if (isFault(recorded)) unrecorded = recorded;
    if (written !== null || decision.decision === 'rollBack')
      unwritten.push(...(await act(world, { ...situation, state }, decision, written, head)));
    if (decision.setWeight !== undefined || index === parts.length - 1)
      return { situation, decision, state, unrecorded, unwritten };
    head = written ?? head;
    seen = { state, isRecorded: written !== null, earlier: situation };
  }
  throw new Error('Broken invariant: evidence has at least one part');
};

/** Nothing but waiting rests on health that is some minutes old: before anything else it is asked anew, and looked at again. */
const decideOn = async (
  world: World,
  plan: Plan,
  seen: Seen,
  part: Evidence,
  isLately: boolean,
): Promise<Pick<Outcome, 'situation' | 'decision'>> => {
  const situation = observe(plan, seen.state, part, seen.earlier); //                   3  judge, row by row
  const decision = decide(situation); //                                                4  decide
  if (!isLately || decision.decision === 'wait') return { situation, decision };
  return decideOn(world, plan, seen, { ...part, health: await readHealth(world, plan) }, false);
};

export interface Ticked extends Outcome {
  /** Why the journal did not take what was decided; then only a rollback happened. */
  readonly unrecorded: Fault | null;
  /** Rules that could not be written, with what AWS said; the next tick tries again. */
  readonly unwritten: readonly Fault[];
}

interface Seen {
  readonly state: RolloutState;
  /** The journal has taken everything so far. */
  readonly isRecorded: boolean;
  readonly earlier?: Situation | undefined;
}
