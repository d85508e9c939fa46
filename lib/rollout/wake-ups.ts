import type { Instant, Plan } from '../plan/plan.ts';
import { comingInstants, type Milestone } from '../plan/timeline.ts';
import type { RolloutState } from './rollout.ts';
import { fingerprintOf } from './settle.ts';
import { isEnded } from './situation.ts';

export interface WakeUp {
  /** Deterministic, ≤ 64 characters of letters, digits, `-_.`. */
  readonly name: string;
  readonly at: Instant;
}

/** `repeat`: look every minute, once a day, or not at all; `once`: the instants that must not be missed. */
export interface WakeUpPlan {
  readonly repeat: 'minute' | 'daily' | 'none';
  readonly once: readonly WakeUp[];
}

/** How long before a scheduled start we begin to look every minute. */
export const EARLY_MS = 15 * 60_000;

/**
 * Minutes after that. The first look sets the minute wake-up; where it fails there is no watchdog yet, and three failures in five minutes ring
 * the alarm of the tick function.
 */
const EARLY_LOOKS = [0, 1, 2];

/** A scheduled rollout sleeps until shortly before its start: nothing wakes it, and nothing need watch it. */
export const isAsleep = (plan: Plan, { status }: Pick<RolloutState, 'status'>, now: Instant): boolean =>
  status === 'scheduled' && now < plan.start - EARLY_MS;

/** Its sleep is over, and it does not have its minute wake-up yet, which also wakes the watchdog. */
export const oversleeps = (plan: Plan, state: RolloutState, now: Instant): boolean =>
  state.status === 'scheduled' && !isAsleep(plan, state, now) && state.wakeUps?.startsWith('minute') !== true;

/**
 * The wake-ups a state asks for. Every minute while something is live; a scheduled rollout sleeps until shortly before its start.
 * The single instants are a second net under the minutes. While something holds the bake clock stands still and they would move
 * with every minute: then they stay as they are (`undefined`).
 */
export const wakeUpsOf = (plan: Plan, state: RolloutState, now: Instant): WakeUpPlan | undefined => {
  if (isEnded(state)) return { repeat: state.status === 'finished' ? 'daily' : 'none', once: [] };
  if (isAsleep(plan, state, now)) {
    const early = EARLY_LOOKS.map((minutes) => wakeUp(plan, 'soon', plan.start - EARLY_MS + minutes * 60_000));
    return { repeat: 'none', once: [...early, wakeUp(plan, 'start', plan.start)] };
  }
  if (state.status === 'rollingBack') return { repeat: 'minute', once: [] };
  if (state.holds.length > 0) return state.wakeUps?.startsWith('minute') ? undefined : { repeat: 'minute', once: [] };
  return {
    repeat: 'minute',
    once: comingOf(plan, state, now).map(({ kind, phase, at }) => wakeUp(plan, `${phase}-${kind}`, at)),
  };
};

/** What the calendar has next for a state, as far as the beginning of the next phase; in order of time. */
export const comingOf = (plan: Plan, state: RolloutState, now: Instant): readonly Milestone[] =>
  comingInstants(plan, {
    phase: state.phase,
    bakeStartedAt: state.bake.startedAt,
    bakedMinutes: state.bake.minutes,
    targetMinutes: state.bake.targetMinutes,
    gatePassedAt: state.gate?.passedAt ?? null,
    askedAt: state.gate?.askedAt ?? null,
    now,
  });

/** The instant is part of the name: a wake-up that moved is another one. The dot ends the rollout's name, which has none. */
const wakeUp = (plan: Plan, what: string, at: Instant): WakeUp => ({
  name: `${plan.rollout}.${what}-${Math.round(at / 60_000).toString(36)}`,
  at,
});

/** Wake-ups with the same key are the same: each is known by its instant. */
export const wakeUpKey = ({ repeat, once }: WakeUpPlan): string =>
  `${repeat}:${once.length}:${fingerprintOf(once.map(({ at }) => at / 60_000)).toString(36)}`;
