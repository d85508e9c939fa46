import type { Amount, Behaviour } from './behaviour.ts';

/** How the behaviours bend one group's minute. */
export interface Bend {
  failureTimes: number;
  failureShare: number;
  hanging: number;
  slowTimes: number;
  revenueTimes: number;
  orderTimes: number;
  segments: Readonly<Record<string, number>> | null;
  gauges: Readonly<Record<string, number>> | null;
}

const healthy = (): Bend => ({
  failureTimes: 1,
  failureShare: 0,
  hanging: 0,
  slowTimes: 1,
  revenueTimes: 1,
  orderTimes: 1,
  segments: null,
  gauges: null,
});
const HEALTHY: Readonly<Bend> = healthy();

/** What all behaviours at work make of one group in a minute; `storm`: how many times more requests fail by a retry storm. */
export const bendOf = (
  now: readonly Behaviour[],
  side: 'candidate' | 'baseline',
  planMinute: number,
  storm: number,
): Readonly<Bend> => {
  if (now.length === 0) return HEALTHY;
  const bend = healthy();
  bend.failureTimes = storm;
  for (const { effect, fromMinute } of now) {
    if (!('side' in effect) || (effect.side !== 'both' && effect.side !== side)) continue;
    const since = planMinute - fromMinute;
    if (effect.kind === 'failures') fail(bend, effect.amount);
    else if (effect.kind === 'flapping' && Math.floor(since / effect.everyMinutes) % 2 === 0) fail(bend, effect.amount);
    else if (effect.kind === 'leak')
      bend.failureTimes *= 1 + (effect.times - 1) * Math.min(1, since / effect.overMinutes);
    else if (effect.kind === 'slow') bend.slowTimes *= effect.times;
    else if (effect.kind === 'hanging') bend.hanging = Math.max(bend.hanging, effect.share);
    else if (effect.kind === 'revenue') bend.revenueTimes *= effect.times;
    else if (effect.kind === 'orders') bend.orderTimes *= effect.times;
    else if (effect.kind === 'segment') bend.segments = { ...bend.segments, [effect.segment]: effect.times };
    else if (effect.kind === 'gauge') bend.gauges = { ...bend.gauges, [effect.gauge]: effect.value };
  }
  return bend;
};

const fail = (bend: Bend, amount: Amount): void => {
  if ('times' in amount) bend.failureTimes *= amount.times;
  else bend.failureShare = Math.max(bend.failureShare, amount.share);
};
