/** What a tick reads of CloudWatch, and when: it is paid by the metric and the call, not by the minute. Pure. */
import { needsOf } from '../judge/needs.ts';
import { SETTLE_MINUTES } from '../judge/row.ts';
import { MINUTE_MS } from '../plan/duration.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import { behindMinutes } from './circumstances.ts';
import type { RolloutState } from './rollout.ts';
import { isEnded } from './situation.ts';

/** Younger minutes still grow: the two reads that must agree are those of the last minute before that. */
const FIRST_LOOK_MS = (SETTLE_MINUTES - 1) * MINUTE_MS;
/** While the watch compares both sides it also looks at minutes that are hardly over. */
const EARLY_LOOK_MS = 0;

/** After this long in a phase an economic plan reads business metrics every five minutes. */
const ECONOMIC_AFTER_MS = 24 * 60 * MINUTE_MS;

/** In every other minute the newest judged row is at most six minutes old, unless something is late. */
export const LATE_MINUTES = 7;

/** Minutes. */
const BUSINESS_EVERY = 5;

/** Of which minutes, [from, to), which metrics are read. */
export interface MetricsTurn {
  readonly from: Instant;
  readonly to: Instant;
  /** The plan's own metrics too. */
  readonly business: boolean;
  /** Nothing of the baseline, nor what is only compared with it. */
  readonly candidateOnly: boolean;
  /** Milliseconds of the baseline's usual latency, which the watch counts beside the plan's own thresholds. */
  readonly slowerThan: readonly number[];
}

/** Null: nothing is read in this tick. */
export const metricsTurn = (plan: Plan, state: RolloutState, now: Instant): MetricsTurn | null => {
  if (state.startedAt === null || isEnded(state) || !isTrafficTurn(plan, state, now)) return null;
  const business = needsOf(plan).business && isBusinessTurn(plan, state, now);
  const from = business ? Math.min(state.next.row, state.next.business) : state.next.row;
  const lookMs = state.judge.watch !== null && state.weight > 0 && state.weight < 100 ? EARLY_LOOK_MS : FIRST_LOOK_MS;
  const to = Math.floor((now - lookMs) / MINUTE_MS) * MINUTE_MS;
  if (from >= to) return null;
  const candidateOnly = plan.pace === 'economic' && weightAt(from, state) === 100 && state.weight === 100;
  return { from, to, business, candidateOnly, slowerThan: candidateOnly ? [] : usualLatencies(state) };
};

/** Known only where the day before was, and compared only while both sides serve. */
const usualLatencies = ({ judge: { watch, before } }: RolloutState): readonly number[] =>
  watch === null || !before.latency ? [] : [before.latency.p90, before.latency.p99];

/** The recorded weight in a minute that is not judged yet, by its beginning. */
export const weightAt = (minute: Instant, { roseAt, weightBefore, weight }: RolloutState): number =>
  roseAt !== null && minute < Math.floor(roseAt / MINUTE_MS) * MINUTE_MS ? weightBefore : weight;

/**
 * Where everything has been on the candidate for long, an economic plan reads every other minute, and judges two rows then. A minute that
 * comes late is waited for minute by minute, as anywhere: otherwise it would look like blindness.
 */
const isTrafficTurn = (plan: Plan, state: RolloutState, now: Instant): boolean =>
  state.weight < 100 ||
  state.holds.length > 0 ||
  Math.floor(now / MINUTE_MS) % 2 === 0 ||
  behindMinutes(state, now) >= LATE_MINUTES ||
  isBusinessTurn(plan, state, now);

const isBusinessTurn = (plan: Plan, state: RolloutState, now: Instant): boolean =>
  plan.pace === 'full' ||
  state.bake.startedAt === null ||
  now - state.bake.startedAt < ECONOMIC_AFTER_MS ||
  Math.floor(now / MINUTE_MS) % BUSINESS_EVERY === 0;
