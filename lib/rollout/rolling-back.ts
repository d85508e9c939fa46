import { assert } from '../plan/assert.ts';
import { MINUTE_MS } from '../plan/duration.ts';
import { narrowWayBack } from './circumstances.ts';
import { unwrittenReason } from './drift.ts';
import type { Decision } from './entry.ts';
import type { Reason, ReasonOf } from './reason.ts';
import type { RolloutState } from './rollout.ts';
import { isGoingHome } from './same-release.ts';
import { isEnded, liveWeight, lowestWeight, minutesBetween, type Situation } from './situation.ts';

/** Rows without candidate requests after which the candidate is drained; a sticky client may keep it busy for longer. */
const QUIET_ROWS = 2;
const DRAIN_MINUTES = 30;

/** People are called again while the weight is not where it should be. */
export const PAGE_AGAIN_MS = 5 * MINUTE_MS;

/** An ended rollout decides nothing; what is left (claims, wake-ups, the resting tag) is the controller's tidying. */
export const ended = (situation: Situation): Decision | undefined => {
  const { state } = situation;
  if (!isEnded(state)) return undefined;
  assert(state.endedBy !== null, 'an ended rollout knows why it ended');
  return { decision: 'wait', reason: state.status === 'finished' ? finished(situation) : state.endedBy };
};

/** After `finish` at weight 100 the service's template must still learn where the traffic rests. */
export const finished = ({ state, evidence }: Situation): ReasonOf<'FINISHED'> => {
  const isResting = evidence.rules.every((rule) => rule.kind === 'weighted' && rule.resting === 'candidate');
  return { code: 'FINISHED', weight: state.weight, resting: isResting || state.weight < 100 ? 'agrees' : 'deploy' };
};

/**
 * The first step of a rollback, and every further one: as low as the baseline's capacity allows, stickiness off. A rule that cannot be read
 * is written blindly, but never with more than is recorded: that could be a rise.
 */
export const retreat = (situation: Situation, reason: Reason): Decision => {
  const lowest = lowestWeight(situation);
  const isNoRise = lowest <= situation.state.weight;
  const rules = situation.evidence.rules
    .filter((reading) => (reading.kind === 'unreadable' ? isNoRise : (liveWeight(reading) ?? 0) > lowest))
    .map(({ rule }) => rule);
  if (rules.length === 0) return { decision: 'rollBack', reason };
  return { decision: 'rollBack', reason, setWeight: { weight: lowest, rules, raise: false, rollback: true } };
};

/** From one state to the next a rollback begins. */
export const isTurningBack = (before: Pick<RolloutState, 'status'>, after: Pick<RolloutState, 'status'>): boolean =>
  after.status === 'rollingBack' && before.status !== 'rollingBack';

/** Why nothing can be written now: a rule that is no longer ours, or a baseline that cannot take more. */
const stuck = ({ plan, state, evidence }: Situation): Reason | undefined => {
  const foreign = evidence.rules.find(({ kind }) => kind === 'foreign');
  if (foreign?.kind === 'foreign') return { code: 'RULE_FOREIGN', rule: foreign.rule, found: foreign.found };
  return narrowWayBack(plan, state, evidence) ?? undefined;
};

/** Goes on with every tick until weight 0 is read back and the candidate is drained. Never up again. */
export const rollingBack = (situation: Situation): Decision | undefined => {
  const { state, evidence } = situation;
  if (state.status !== 'rollingBack') return undefined;
  const { rollback } = state;
  assert(rollback !== null, 'a rollback knows its reason');
  if (rollback.verifiedAt === null) {
    const step = retreat(situation, narrowWayBack(situation.plan, state, evidence) ?? rollback.reason);
    const { setWeight } = step;
    if (setWeight === undefined) return { decision: 'wait', reason: stuck(situation) ?? rollback.reason };
    const refused = evidence.rules.find(({ rule }) => rule === setWeight.rules[0]);
    const written = state.weight <= setWeight.weight;
    return written && refused !== undefined ? { ...step, reason: unwrittenReason(state, refused) } : step;
  }
  const afterMinutes = minutesBetween(rollback.verifiedAt, evidence.now);
  const isQuiet = state.recorded || rollback.quietRows >= QUIET_ROWS;
  if (!isQuiet && afterMinutes < DRAIN_MINUTES) return { decision: 'wait', reason: rollback.reason };
  if (isGoingHome(state)) return { decision: 'finish', reason: finished(situation) };
  const requests = rollback.tailRequests;
  const reason: Reason =
    isQuiet || requests === 0 ? { code: 'DRAINED', afterMinutes } : { code: 'STICKY_TAIL', requests, afterMinutes };
  return { decision: 'rollBack', reason };
};
