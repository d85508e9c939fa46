/** Mode `aa`: both groups run the same release, so that what a real rollout would be stopped for is a fault of the measurement. */
import type { Plan } from '../plan/plan.ts';
import type { Decision } from './entry.ts';
import type { Reason } from './reason.ts';
import type { RolloutState } from './rollout.ts';

/** Marks the reasons that the rows proved against one of two equal groups; `explain` says what that means. */
export const markedIn = (plan: Plan, decision: Decision): Decision =>
  plan.mode === 'aa' ? { ...decision, reason: marked(decision.reason) } : decision;

const marked = (reason: Reason): Reason => {
  switch (reason.code) {
    case 'GUARD_TRIPPED':
    case 'GUARD_UNACQUITTED':
    case 'WATCH_TRIPPED':
    case 'WATCH_ON_STICKY':
      return { ...reason, sameRelease: true };
    case 'CRITERION_FAILED':
    case 'GATE_STALE':
      // An open incident is nothing that was measured on the two groups.
      return reason.assessment.claim.kind === 'noIncidents' ? reason : { ...reason, sameRelease: true };
    case 'RECORDED_LATE':
      return { ...reason, of: marked(reason.of) };
    default:
      return reason;
  }
};

/** A fault of the measurement, said by a marked reason. */
export const isMeasurementFault = (reason: Reason): boolean =>
  reason.code === 'RECORDED_LATE'
    ? isMeasurementFault(reason.of)
    : 'sameRelease' in reason && reason.sameRelease === true;

/** An A/A rollout whose last gate passed takes the way of a rollback, and is finished at weight 0. */
export const isGoingHome = ({ status, rollback }: Pick<RolloutState, 'status' | 'rollback'>): boolean =>
  status === 'rollingBack' && rollback?.reason.code === 'AA_OVER';
