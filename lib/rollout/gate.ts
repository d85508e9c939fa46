import { assess } from '../judge/judge.ts';
import { needsOf } from '../judge/needs.ts';
import { EXTENSION_MINUTES } from '../judge/phase-minutes.ts';
import type { Assessment } from '../judge/verdict.ts';
import { floorMinute } from './bake-clock.ts';
import type { Decision } from './entry.ts';
import { incidentsForCriteria } from './incidents.ts';
import { retreat } from './rolling-back.ts';
import { nextPhase, phaseOf, type Situation } from './situation.ts';

/** The end of the bake, and what acts before it: a criterion that is proven to fail acts at once. */
export const gate = (situation: Situation): Decision | undefined => {
  const { state, failed, checkpoint } = situation;
  if (state.status !== 'baking') return undefined;
  if (failed !== null) return { decision: 'hold', reason: { code: 'CRITERION_FAILED', assessment: failed } };
  if (state.bake.minutes >= state.bake.targetMinutes && !isBeforeRise(situation)) return atGate(situation);
  if (checkpoint === null) return undefined;
  const { label, assessments, lastDay } = checkpoint;
  return { decision: 'wait', reason: { code: 'CHECKPOINT', checkpoint: label, assessments, lastDay } };
};

/** Late rows of business metrics are still those of the weight before: only one is remembered, so that no gate opens until they are judged. */
const isBeforeRise = ({ plan, state }: Situation): boolean =>
  needsOf(plan).business && state.roseAt !== null && state.next.business < floorMinute(state.roseAt);

const fail = (situation: Situation, assessment: Assessment): Decision => {
  const reason = { code: 'CRITERION_FAILED', assessment } as const;
  return phaseOf(situation.plan, situation.state).onFail === 'rollBack'
    ? retreat(situation, reason)
    : { decision: 'hold', reason };
};

const atGate = (situation: Situation): Decision => {
  const { plan, state, evidence } = situation;
  const phase = phaseOf(plan, state);
  const assessments = assess(plan, state.judge, state.phase, incidentsForCriteria(plan, state, evidence));
  const failed = assessments.find(({ verdict }) => verdict === 'fail');
  if (failed !== undefined) return fail(situation, failed);
  const allPass = assessments.every(({ verdict }) => verdict === 'pass');
  const have = state.bake.passesInARow + (allPass ? 1 : 0);
  if (allPass && have >= phase.passInARow) {
    return { decision: 'wait', reason: { code: 'GATE_PASSED', assessments, autoSignOffs: phase.signOff.auto } };
  }
  const toMinutes = Math.min(state.bake.targetMinutes + EXTENSION_MINUTES, state.bake.upToMinutes);
  if (toMinutes > state.bake.targetMinutes && !isTooLateToExtend(situation)) {
    return {
      decision: 'extend',
      reason: { code: 'EXTENDED', toMinutes, upToMinutes: state.bake.upToMinutes, assessments },
    };
  }
  const passesInARow = phase.passInARow > 0 ? { have, need: phase.passInARow } : undefined;
  return {
    decision: 'hold',
    reason: { code: 'INSUFFICIENT_DATA', assessments, bakedMinutes: state.bake.minutes, passesInARow },
  };
};

/** A bake is not extended beyond the instant at which the next phase would start too late. */
const isTooLateToExtend = ({ plan, state, evidence }: Situation): boolean => {
  const start = nextPhase(plan, state)?.start;
  return start !== undefined && evidence.now >= start + plan.lateByMinutes * 60_000;
};
