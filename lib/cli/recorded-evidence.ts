/**
 * What a tick saw, as far as its entry tells. Time and rows stand in it. Live weights, health, alarms and preflight do not: they are taken
 * as the recorded decision and the states before and after it say, and as good where these say nothing. Of minutes that had not settled
 * only those are known on which the watch tripped.
 */

import type { Row } from '../judge/row.ts';
import type { Assessment } from '../judge/verdict.ts';
import type { Plan } from '../plan/plan.ts';
import type { Entry } from '../rollout/entry.ts';
import type { AlarmState, Evidence, GroupHealth } from '../rollout/evidence.ts';
import { findHold } from '../rollout/holds.ts';
import type { CircumstanceCode, Reason, ReasonOf } from '../rollout/reason.ts';
import { isTurningBack } from '../rollout/rolling-back.ts';
import type { RolloutState } from '../rollout/rollout.ts';
import { fullFleet } from '../rollout/situation.ts';
import type { RecordedLook } from './recorded-look.ts';
import { recordedRules } from './recorded-rules.ts';

/** @param more rows of the same tick follow in the next entry */
export const recordedEvidence = (plan: Plan, before: RolloutState, entry: Entry, more: boolean): Evidence => {
  const { rows, businessRows, decision, state: after } = entry;
  const look: RecordedLook = { plan, before, after, decision, now: Date.parse(entry.at) };
  return {
    now: look.now,
    rows,
    businessRows,
    more,
    unsettled: after.unsettled,
    young: youngOf(decision.reason),
    metricsFault: null,
    rules: recordedRules(look),
    health:
      before.status === 'scheduled'
        ? { candidate: counted(after.healthyAtStart.candidate), baseline: counted(after.healthyAtStart.baseline) }
        : { candidate: candidateOf(look), baseline: baselineOf(look) },
    alarms: alarmsOf(look),
    preflight: preflightOf(look),
    after: before.status === 'scheduled' ? othersOf(look) : [],
  };
};

const youngOf = (reason: Reason): readonly Row[] => {
  if (reason.code === 'RECORDED_LATE') return youngOf(reason.of);
  return reason.code === 'WATCH_TRIPPED' || reason.code === 'WATCH_ON_STICKY' ? (reason.trip.unsettled ?? []) : [];
};

/** How many are registered is told only where that decided. */
const counted = (healthy: number | null): GroupHealth | null =>
  healthy === null ? null : { healthy, registered: Math.max(1, healthy) };

const candidateOf = ({ plan, before, after, decision: { reason }, now }: RecordedLook): GroupHealth | null => {
  const cause = reason.code === 'RECORDED_LATE' ? reason.of : reason;
  if (cause.code === 'CANDIDATE_UNHEALTHY') return { healthy: 0, registered: cause.registered };
  const small = seenNow('CANDIDATE_TOO_SMALL', { before, after, reason });
  if (small !== undefined) return counted(small.healthy);
  // Seen dead for the first time: one look is not believed.
  if (after.unhealthySince === now) return { healthy: 0, registered: 1 };
  return counted(Math.max(1, fullFleet(plan, before) ?? 0));
};

const baselineOf = ({ plan, before, after, decision: { reason, setWeight } }: RecordedLook): GroupHealth | null => {
  const fleet = fullFleet(plan, before);
  const narrow = seenNow('WAY_BACK_NARROW', { before, after, reason });
  const isLowered = setWeight !== undefined && !setWeight.raise;
  if (isLowered && (setWeight.rollback || narrow !== undefined || setWeight.weight > before.weight))
    return lettingDownTo(setWeight.weight, fleet);
  if (isTurningBack(before, after) && setWeight === undefined) return lettingDownTo(after.weight, fleet);
  return counted(narrow?.healthy ?? fleet);
};

/** The baseline that principle 3 lets take everything but this weight. */
const lettingDownTo = (weight: number, fleet: number | null): GroupHealth | null =>
  counted(weight === 0 || fleet === null ? fleet : 0.66 * fleet * (1 - weight / 100));

/**
 * What the circumstance was when this tick saw it; undefined: it did not. A hold that goes on without its cause only counts clean rows.
 */
const seenNow = <C extends CircumstanceCode>(
  code: C,
  { before, after, reason }: Pick<RecordedLook, 'before' | 'after'> & { readonly reason: Reason },
): ReasonOf<C> | undefined => {
  const is = (one: Reason): one is ReasonOf<C> => one.code === code;
  const [earlier, hold] = [findHold(before, code), findHold(after, code)];
  if (hold !== undefined && is(hold.reason) && hold.causeRows > (earlier?.causeRows ?? -1)) return hold.reason;
  return earlier === undefined && is(reason) ? reason : undefined;
};

const alarmsOf = ({ plan, before, after, decision: { reason } }: RecordedLook): readonly AlarmState[] | null => {
  const { alarms } = plan.incidents;
  const open = seenNow('INCIDENT_OPEN', { before, after, reason })?.incidents ?? [];
  if (open.some((name) => alarms.includes(name))) return alarms.map((name) => (open.includes(name) ? 'alarm' : 'ok'));
  if (after.alarmsUnclearSince === null) return alarms.map(() => 'ok');
  const isUnknown = open.length > 0 || assessmentsOf(reason).some(isUnknownIncident);
  return isUnknown ? null : alarms.map(() => 'insufficient');
};

const isUnknownIncident = ({ claim, verdict }: Assessment): boolean =>
  claim.kind === 'noIncidents' && verdict === 'insufficient';

const assessmentsOf = (reason: Reason): readonly Assessment[] => ('assessments' in reason ? reason.assessments : []);

const preflightOf = ({ after, decision }: RecordedLook): Evidence['preflight'] => {
  const { reason } = decision;
  if (reason.code === 'PREFLIGHT_FAILED')
    return { problems: reason.problems, notes: [], dayBefore: after.judge.before };
  return decision.decision === 'advance' ? { problems: [], notes: [], dayBefore: after.judge.before } : null;
};

const othersOf = ({ plan, decision: { reason } }: RecordedLook): Evidence['after'] =>
  plan.after.map((rollout) => {
    if (reason.code !== 'AWAITING_ROLLOUT' || reason.rollout !== rollout) return { rollout, status: 'finished' };
    return { rollout, status: reason.its === 'not known' ? null : reason.its };
  });
