/**
 * One tick: what every wake-up does, whatever it was meant for. Level-triggered: a lost, late, doubled or overlapping wake-up does
 * no harm. Follow this function from top to bottom to understand Sluice.
 */
import type { Plan } from '../plan/plan.ts';
import { apply } from '../rollout/apply.ts';
import { decide } from '../rollout/decide.ts';
import { observe } from '../rollout/observe.ts';
import { isEnded, type Situation } from '../rollout/situation.ts';
import { converge } from './converge.ts';
import { isFault } from './fault.ts';
import { gather, inParts } from './gather.ts';
import type { World } from './ports.ts';
import { readHead } from './read-head.ts';
import { alarmOnCall, record } from './record.ts';
import { tidyUp } from './tidy-up.ts';

/** On a conflict somebody else was faster: look again, at most this often. */
const ATTEMPTS = 3;

export const tick = async (world: World, rollout: string): Promise<void> => {
  const plan = await world.journal.plan(rollout);
  if (isFault(plan))
    throw new Error(`Cannot tick rollout ${rollout}: its plan cannot be read (${plan.code})`, { cause: plan.cause });
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const isLast = attempt === ATTEMPTS;
    if ((await lookOnce(world, plan, isLast)) !== 'conflict') return;
  }
};

const lookOnce = async (world: World, plan: Plan, isLast: boolean): Promise<'done' | 'conflict'> => {
  let head = await readHead(world, plan.rollout); //                                    1  read
  const evidence = await gather(world, plan, head.entry.state); //                      2  observe
  let earlier: Situation | undefined;
  for (const part of inParts(evidence)) {
    const situation = observe(plan, head.entry.state, part, earlier); //                3  judge, row by row
    const decision = decide(situation); //                                              4  decide
    const state = apply(situation, decision);
    const recorded = await record(world, head, { situation, decision, state }); //      5  record
    if (recorded === 'conflict' && !(isLast && decision.decision === 'rollBack')) return 'conflict';
    const isRecorded = recorded !== 'conflict' && !isFault(recorded);
    if (!isRecorded && decision.decision !== 'rollBack') return 'done';
    if (!isRecorded) await alarmOnCall(world, head, decision);
    await converge(world, situation, decision, isRecorded ? recorded : null); //        6  converge
    if (isEnded(state)) await tidyUp(world, { ...situation, state });
    if (!isRecorded || decision.setWeight !== undefined) return 'done';
    [head, earlier] = [recorded, situation];
  }
  return 'done';
};
