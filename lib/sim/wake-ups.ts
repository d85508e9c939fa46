import type { WakeUpPlan, WakeUps } from '../controller/ports.ts';
import type { Instant } from '../plan/plan.ts';
import { type ClockData, DAY, MINUTE } from './clock.ts';

export interface WakeUpData extends ClockData {
  repeat: WakeUpPlan['repeat'];
  /** Instants that are still to come, ascending. */
  once: Instant[];
  /** When the newest of them was made. */
  madeAt: Instant;
  /** When the repeating wake-up fired last, or was set. */
  repeatedAt: Instant;
  /** Seconds after a whole minute at which the schedule fires: EventBridge keeps the minute, not the second. */
  readonly second: number;
}

export const initialWakeUps = (second: number): Omit<WakeUpData, 'now'> => ({
  repeat: 'none',
  once: [],
  madeAt: 0,
  repeatedAt: 0,
  second,
});

export const wakeUpsOf = (data: WakeUpData): WakeUps => ({
  set: async (_, plan) => {
    const once = plan.once.map(({ at }) => at).filter((at) => at > data.now);
    if (once.some((at) => !data.once.includes(at))) data.madeAt = data.now;
    repeat(data, plan.repeat);
    data.once = once.sort((one, other) => one - other);
    return 'set';
  },
  ensure: async () => {
    repeat(data, 'minute');
    return 'set';
  },
  abandon: async (_, before) => {
    const isNone = data.repeat === 'none' && data.once.length === 0;
    if (isNone || data.madeAt >= before) return 'kept';
    data.repeat = 'none';
    data.once = [];
    return 'removed';
  },
});

const repeat = (data: WakeUpData, wanted: WakeUpPlan['repeat']): void => {
  if (data.repeat === wanted) return;
  data.repeatedAt = data.now;
  if (wanted !== 'none') data.madeAt = data.now;
  data.repeat = wanted;
};

/** When the next wake-up fires; infinite: never. */
export const nextWakeUp = (data: WakeUpData): Instant => {
  const once = data.once[0] === undefined ? Number.POSITIVE_INFINITY : data.once[0] + data.second * 1000;
  return Math.min(once, nextRepeat(data));
};

const nextRepeat = (data: WakeUpData): Instant => {
  if (data.repeat === 'none') return Number.POSITIVE_INFINITY;
  const period = data.repeat === 'minute' ? MINUTE : DAY;
  const offset = data.second * 1000;
  return (Math.floor((data.repeatedAt - offset) / period) + 1) * period + offset;
};

/** Marks what fires now as fired; what lies further back was missed for good. */
export const fire = (data: WakeUpData): void => {
  if (nextRepeat(data) <= data.now) data.repeatedAt = data.now;
  data.once =
    data.once[0] !== undefined && data.once[0] + data.second * 1000 <= data.now
      ? data.once.filter((at) => at + data.second * 1000 > data.now)
      : data.once;
};
