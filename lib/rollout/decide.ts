/** Step 4 of a tick. Pure: a situation in, one decision with its reason out. */
import { danger } from './danger.ts';
import { drift } from './drift.ts';
import type { Decision } from './entry.ts';
import { gate } from './gate.ts';
import { patience } from './patience.ts';
import { inVain, progress } from './progress.ts';
import { ended, rollingBack } from './rolling-back.ts';
import { markedIn } from './same-release.ts';
import { phaseOf, type Situation } from './situation.ts';

/** The questions in their order; the first that has an answer decides. */
export const decide = (situation: Situation): Decision => markedIn(situation.plan, firstAnswer(situation));

const firstAnswer = (situation: Situation): Decision =>
  ended(situation) ??
  rollingBack(situation) ??
  danger(situation) ??
  drift(situation) ??
  catchUp(situation) ??
  inVain(situation) ??
  patience(situation) ??
  gate(situation) ??
  progress(situation);

/** While more settled rows wait in the same tick, only danger and drift are answered: the rest is asked on the newest row. */
const catchUp = ({ evidence, plan, state }: Situation): Decision | undefined =>
  evidence.more
    ? {
        decision: 'wait',
        reason: {
          code: 'BAKING',
          bakedMinutes: state.bake.minutes,
          ofMinutes: state.bake.targetMinutes || phaseOf(plan, state).bakeMinutes,
          waitingForWeight: false,
        },
      }
    : undefined;
