import type { Clock } from '../controller/ports.ts';
import type { Instant } from '../plan/plan.ts';

export const MINUTE = 60_000;
export const DAY = 1440 * MINUTE;

export interface ClockData {
  now: Instant;
}

/** Virtual time: it stands still until the run moves it to the next instant at which something happens. */
export const virtualClock = (data: ClockData): Clock => ({ now: () => data.now });
