import { describe, expect, it } from 'vitest';
import { totalWealth } from '../../lib/judge/regression.ts';
import type { StakePlan } from '../../lib/judge/stakes.ts';
import { initialWatch, watchRow } from '../../lib/judge/watch.ts';
import golden from './golden.json' with { type: 'json' };
import { counts, row } from './rows.ts';

/** The golden vectors spread their stake differently, and know only the rule of three bad requests. */
const stakePlan: StakePlan = { onFirst: 0.5, onRises: 0.1, evenly: 0.4, rises: [1], minutes: 360 };
const terms = {
  table: { falseRollbacks: 0.01, stakePlan, guardLimit: 0.01 },
  clumpiness: 5,
  before: { requestsPerMinute: null, failureShare: null, unavailableShare: null },
  enough: { bad: 3, minutes: 1, inOneMinute: Infinity },
};

describe('the regression watch', () => {
  it.each(golden.guard.map((vector, index) => ({ index, vector })))(
    'agrees with golden vector $index, minute by minute, and stops with it',
    ({ vector }) => {
      let watch = initialWatch(stakePlan);
      let stop = -1;
      for (let i = 0; i < vector.n.length && stop < 0; i++) {
        const candidate = counts(vector.n[i] ?? 0, { failures: vector.x[i] ?? 0 });
        const baseline = counts(vector.N[i] ?? 0, { failures: vector.X[i] ?? 0 });
        const [phase, weight] = i < 120 ? [0, 1] : [1, 10];
        const weighed = watchRow(watch, terms, phase, row(i, candidate, baseline, weight), 'bake');
        watch = weighed.watch;
        expect(Math.abs(Math.log(totalWealth(watch.bets)) - (vector.logWealth[i] ?? Number.NaN))).toBeLessThan(1e-6);
        if (weighed.trip !== undefined) stop = i;
      }
      expect(stop).toBe(vector.stop);
    },
  );
});
