/** What one tick says of itself in the log and in its metrics. Pure. */
import type { Outcome } from '../../lib/controller/record.ts';
import { behindMinutes } from '../../lib/rollout/circumstances.ts';
import type { DecisionKind } from '../../lib/rollout/entry.ts';
import { explain } from '../../lib/rollout/explain.ts';
import { isEnded, liveWeight, phaseOf } from '../../lib/rollout/situation.ts';

export interface TickFacts {
  readonly decision: DecisionKind;
  /** Rules whose live weight is known and was not the recorded one. */
  readonly drift: number;
  /** From the newest judged row to now; null: no rows are judged before the start and after the end. */
  readonly behindMinutes: number | null;
}

export const tickFacts = ({ situation, decision, state }: Outcome): TickFacts => {
  const { evidence, state: before } = situation;
  const drifted = evidence.rules.filter((reading) => (liveWeight(reading) ?? before.weight) !== before.weight);
  return {
    decision: decision.decision,
    drift: isEnded(before) ? 0 : drifted.length,
    behindMinutes: state.startedAt === null || isEnded(state) ? null : behindMinutes(state, evidence.now),
  };
};

export const tickLine = (rollout: string, { situation, decision, state }: Outcome) => ({
  rollout,
  status: state.status,
  phase: state.phase < 0 ? '' : phaseOf(situation.plan, state).name,
  weight: state.weight,
  reason: decision.reason.code,
  sentence: explain(decision.reason),
  rows: situation.evidence.rows.length,
});
