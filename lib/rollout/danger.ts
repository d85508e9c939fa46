import type { GuardTrip, WatchTrip } from '../judge/verdict.ts';
import { MINUTE_MS } from '../plan/duration.ts';
import { isKnownLowered } from './drift.ts';
import type { Decision } from './entry.ts';
import { findHold, HOLD_CAUSE } from './holds.ts';
import type { Reason } from './reason.ts';
import { retreat } from './rolling-back.ts';
import {
  isFirstPhaseAt100,
  isLive,
  liveWeight,
  lowestWeight,
  minutesBetween,
  phaseOf,
  type Situation,
} from './situation.ts';

/** A dead candidate is believed when two ticks a minute apart see it; wake-ups come some seconds early or late. */
const UNHEALTHY_MS = 50_000;

/** A shared outage this soon after a rise, and this long, may be the candidate's doing. */
const OUTAGE_SOON_MINUTES = 10;
const OUTAGE_LONG_ROWS = 15;

/** What must never wait: guards, the watch, a dead candidate. Armed whenever the candidate may receive traffic, also while held. */
export const danger = (situation: Situation): Decision | undefined => {
  if (!isLive(situation.state)) return undefined;
  const reason = deadCandidate(situation) ?? outageAfterRise(situation) ?? provenBad(situation);
  if (reason !== undefined) return rollBack(situation, reason);
  const answers = situation.trips.map((trip) =>
    trip.kind === 'watch' ? watchTripped(situation, trip) : guardTripped(situation, trip),
  );
  // One that only holds must not hide another that rolls back.
  return answers.find((answer) => answer?.decision === 'rollBack') ?? answers.find((answer) => answer !== undefined);
};

/** A criterion that is proven to fail where the plan says so, and what was proven bad and nobody answered. */
const provenBad = ({ plan, state, evidence, failed }: Situation): Reason | undefined => {
  if (failed !== null && state.status === 'baking' && phaseOf(plan, state).onFail === 'rollBack') {
    return { code: 'CRITERION_FAILED', assessment: failed };
  }
  const over = state.holds.find(
    ({ code, since }) => HOLD_CAUSE[code] === 'provenBad' && minutesBetween(since, evidence.now) >= plan.holdForMinutes,
  );
  return over && { code: 'HELD_TOO_LONG', hold: over.code, heldMinutes: minutesBetween(over.since, evidence.now) };
};

/** Where an earlier tick could lower the weight but not record it, the record follows and says so. */
const rollBack = (situation: Situation, reason: Reason): Decision => {
  const { state, evidence } = situation;
  const lowest = lowestWeight(situation);
  const wasThere = !isKnownLowered(state) && state.rules.every((rule) => rule.isConfirmed) && state.weight > lowest;
  const isDown = evidence.rules.length > 0 && evidence.rules.every((rule) => (liveWeight(rule) ?? 101) <= lowest);
  return retreat(situation, wasThere && isDown ? { code: 'RECORDED_LATE', of: reason } : reason);
};

const deadCandidate = ({ state, evidence }: Situation): Reason | undefined => {
  const { candidate } = evidence.health;
  if (candidate === null || candidate.healthy > 0) return undefined;
  const since = state.unhealthySince ?? evidence.now;
  if (candidate.registered > 0 && evidence.now - since < UNHEALTHY_MS) return undefined;
  const sinceMinutes = Math.round((evidence.now - since) / MINUTE_MS);
  return { code: 'CANDIDATE_UNHEALTHY', registered: candidate.registered, sinceMinutes };
};

const outageAfterRise = ({ state }: Situation): Reason | undefined => {
  const outage = findHold(state, 'SHARED_OUTAGE');
  if (outage === undefined || state.roseAt === null || outage.causeRows < OUTAGE_LONG_ROWS) return undefined;
  if (outage.since < state.roseAt - MINUTE_MS) return undefined;
  const minutesAfterRise = minutesBetween(state.roseAt, outage.since);
  if (minutesAfterRise > OUTAGE_SOON_MINUTES) return undefined;
  return { code: 'OUTAGE_AFTER_RISE', outageMinutes: outage.causeRows, minutesAfterRise };
};

/** With rule stickiness the unit is the client, and the watch's guarantee does not apply: it holds and tells. */
const watchTripped = (situation: Situation, trip: WatchTrip): Decision | undefined => {
  const { plan, state } = situation;
  const { regressionWatch } = plan;
  const holdsOnSticky = !('off' in regressionWatch) && regressionWatch.onSticky === 'hold';
  if (!holdsOnSticky || !state.rules.some((rule) => rule.sticky))
    return rollBack(situation, { code: 'WATCH_TRIPPED', trip });
  return findHold(state, 'WATCH_ON_STICKY')
    ? undefined
    : { decision: 'hold', reason: { code: 'WATCH_ON_STICKY', trip } };
};

/** At weight 100 nothing acquits the candidate: after its first phase there, people are asked unless the plan says otherwise. */
const guardTripped = (situation: Situation, trip: GuardTrip): Decision | undefined => {
  const { plan, state } = situation;
  const phase = phaseOf(plan, state);
  const asks = phase.weight === 100 && !isFirstPhaseAt100(plan, state.phase) && phase.onTrip === 'hold';
  if (!asks) return rollBack(situation, { code: 'GUARD_TRIPPED', trip });
  return findHold(state, 'GUARD_UNACQUITTED')
    ? undefined
    : { decision: 'hold', reason: { code: 'GUARD_UNACQUITTED', trip } };
};
