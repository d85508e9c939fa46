/** CloudWatch's numbers for a service in moto: the simulator's traffic, split as the rules' weights split it. */
import type { Plan } from '../../lib/plan/plan.ts';
import { readFault } from '../../lib/sim/fault-text.ts';
import { initialRules, sharesIn, writeWeight } from '../../lib/sim/rules.ts';
import { minuteTraffic } from '../../lib/sim/traffic.ts';
import { trafficModel } from '../../lib/sim/traffic-model.ts';
import type { CloudWatchGiven } from '../stand-in/cloudwatch.ts';
import { cloudWatchFromMinutes } from '../stand-in/cloudwatch-from-minutes.ts';
import type { Forward } from './moto-account.ts';

const MINUTE = 60_000;

export interface TrafficOnRules {
  readonly points: NonNullable<CloudWatchGiven['points']>;
  /** From now on the rule of that index forwards so. Answers whether it is another than before. */
  follow(index: number, forward: Forward): boolean;
}

/**
 * @param requestsPerMinute of both target groups together, as a mean over the day
 * @param fault in words of `--fault`
 */
export const trafficOnRules = (
  plan: Plan,
  requestsPerMinute: number,
  fault: string | undefined,
  now: () => number,
): TrafficOnRules => {
  const behaviours = fault === undefined ? [] : [readFault(fault)];
  const model = trafficModel(plan, {
    seed: 1,
    behaviours: behaviours.map((read) => {
      if ('problem' in read) throw new Error(read.problem);
      return read;
    }),
    requestsPerMinute,
  });
  const rules = initialRules(plan, false);
  const known = new Map<number, string>();
  const shares = (from: number) => sharesIn(rules, from, from + MINUTE);
  return {
    points: cloudWatchFromMinutes(
      plan,
      (minute) => minuteTraffic(model, minute, shares(minute), shares(minute - MINUTE)),
      now,
    ),
    follow: (index, forward) => {
      const text = JSON.stringify(forward);
      const rule = rules[index];
      if (rule === undefined || text === known.get(index)) return false;
      known.set(index, text);
      const [candidate, baseline] = [forward.candidate ?? 0, forward.baseline ?? 0];
      rule.sticky = forward.sticky;
      writeWeight(rule, (100 * candidate) / (candidate + baseline), now());
      return true;
    },
  };
};
