import type { JudgeState } from '../judge/judge.ts';
import type { Plan } from '../plan/plan.ts';
import { apply } from '../rollout/apply.ts';
import { decide } from '../rollout/decide.ts';
import type { Decision, Entry } from '../rollout/entry.ts';
import { observe } from '../rollout/observe.ts';
import { countReminders } from '../rollout/reminders.ts';
import type { RolloutState } from '../rollout/rollout.ts';
import type { Situation } from '../rollout/situation.ts';
import { gistOf, numbersOf } from './decision-gist.ts';
import { type Deviation, firstDeviation } from './deviation.ts';
import { recordedEvidence } from './recorded-evidence.ts';

/** An entry to look at again, from the state before it. */
export interface Look {
  readonly plan: Plan;
  readonly before: RolloutState;
  readonly entry: Entry;
  /** More rows of the same tick follow in the next entry. */
  readonly more: boolean;
  /** What earlier entries of the same tick saw and did not decide on. */
  readonly earlier: Situation | undefined;
}

/** What today's code makes of it. */
export interface Redone {
  readonly situation: Situation;
  readonly decision: Decision;
  readonly judge: JudgeState;
  readonly isSame: boolean;
  /** The same decision, on other numbers. */
  readonly deviation: Deviation | undefined;
}

/** @param judge where it is not the recorded one that goes on */
export const redo = ({ plan, before, entry, more, earlier }: Look, judge: JudgeState = before.judge): Redone => {
  const evidence = recordedEvidence(plan, before, entry, more);
  const situation = observe(plan, { ...before, judge }, evidence, earlier);
  const decision = decide(situation);
  const state = countReminders(apply(situation, decision), evidence.now);
  const isSame = gistOf(decision) === gistOf(entry.decision);
  const deviation = isSame
    ? (firstDeviation(numbersOf(entry.decision.reason), numbersOf(decision.reason), 'reason') ??
      firstDeviation(comparedOf(entry.state), comparedOf(state)))
    : undefined;
  return { situation, decision, judge: state.judge, isSame, deviation };
};

/** What rows and policy make of the state. The rest was seen outside, says why in words, or is the controller's own. */
const comparedOf = (state: RolloutState): unknown => {
  const { judge, status, phase, weight, roseAt, bake, holds, gate, next, leftOut, startedAt, endedAt } = state;
  const { rollback } = state;
  const { decidedAt, faultBeganAt, quietRows, tailRequests, lastRequestMinute } = rollback ?? {};
  return {
    status,
    phase,
    weight,
    roseAt,
    // What held it up is forgotten with a rollback, and so is the bake.
    bake: status === 'rollingBack' ? null : bake,
    gate,
    next,
    leftOut,
    startedAt,
    endedAt,
    holds: holds.map(({ reason: _, ...hold }) => hold),
    rollback: { decidedAt, faultBeganAt, quietRows, tailRequests, lastRequestMinute },
    judge,
  };
};
