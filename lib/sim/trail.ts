import { Fault } from '../controller/fault.ts';
import type { Trail } from '../controller/ports.ts';
import { windowOf } from '../rollout/culprit.ts';
import { MINUTE } from './clock.ts';
import type { RulesData } from './rules.ts';

/** As long as AWS says it takes on the average. */
const LAG = 5 * MINUTE;

/** Whether CloudTrail may be asked who changed a rule: not by default, as on AWS; or the permission is missing after all. */
export type TrailSetting = 'notAsked' | 'answers' | 'refuses';

/** CloudTrail in memory: it knows every change of a rule five minutes later. Undefined: it may not be asked. */
export const trailOf = (data: RulesData, setting: TrailSetting): Trail | undefined => {
  if (setting === 'notAsked') return undefined;
  return {
    changes: async (_, drift) => {
      if (setting === 'refuses') return new Fault('REFUSED', `look up who changed ${drift.rule}`);
      const { from, to } = windowOf(drift);
      return data.changes
        .filter(
          ({ rule, isDeletion, made: { at } }) =>
            rule === drift.rule && isDeletion === drift.isGone && at >= from && at <= to,
        )
        .filter(({ made }) => made.at + LAG <= data.now)
        .map(({ made }) => made)
        .reverse();
    },
  };
};
