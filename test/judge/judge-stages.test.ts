/** What the judge takes from rows before the bake, at weight 100, and of a day by itself. */
import { describe, expect, it } from 'vitest';
import { assess, assessDay, beginBake, forgetDivision, initialJudge } from '../../lib/judge/judge.ts';
import type { Stage } from '../../lib/judge/verdict.ts';
import { begin, DAY_BEFORE, fold, foldBusiness, times } from './fold.ts';
import { planWith } from './plan.ts';
import { businessRow, counts, row } from './rows.ts';

const plan = planWith({});

describe('rows before the bake', () => {
  it('say nothing of the split', () => {
    const uneven = times(12, (i) => row(i, counts(600), counts(11_400)));
    expect(fold(plan, begin(plan), uneven).causes.flat().length).toBeGreaterThan(0);
    for (const stage of ['warmUp', 'before'] as const)
      expect(fold(plan, begin(plan), uneven, { stage }).causes.flat()).toEqual([]);
  });

  it('of business metrics are no evidence for a criterion', () => {
    const gauged = planWith({ advance: ['cpu < 80'] });
    const rows = times(9, (i) => businessRow(i, { gauges: { cpu: 50 } }));
    const minutesIn = (stage: Stage) =>
      assess(gauged, foldBusiness(gauged, begin(gauged), rows, { stage }).judge, 0, 'none')[0]?.requests;
    expect(['bake', 'warmUp', 'before'].map((stage) => minutesIn(stage as Stage))).toEqual([9, 0, 0]);
  });

  it('that were divided at a lowered weight are forgotten, of either kind', () => {
    const judge = fold(plan, begin(plan), [
      ...times(9, (i) => row(i, counts(600), counts(11_400))),
      row(9, null, counts(108)),
    ]).judge;
    const { split, silent, ...others } = forgetDivision(judge);
    expect({ split, silent }).toEqual({ split: begin(plan).split, silent: 0 });
    expect(judge.silent).toBeGreaterThan(0);
    expect(others).toEqual({ ...judge, split: undefined, silent: undefined });
  });
});

describe('guards', () => {
  it('of a rollout that begins at weight 100 keep nothing that needs a baseline', () => {
    const guards = ['revenueDelta < -5% for 10m'];
    const keptAt = (weight: string) =>
      initialJudge(planWith({ phases: [`${weight}/2h`], guards }), DAY_BEFORE).guards.sinceRise.revenue.length;
    expect([keptAt('10%'), keptAt('100%')]).toEqual([15, 0]);
  });
});

describe('a day', () => {
  it('needs a gauge in half of its minutes, and no more than of the whole bake', () => {
    const verdictOf = (bake: string, known: number) => {
      const daily = planWith({ phases: [`100%/${bake}`], advance: ['cpu < 80'] });
      const phases = daily.phases.map((phase) => ({ ...phase, daily: true }));
      const long = { ...daily, phases };
      const rows = times(known, (i) => businessRow(i, { gauges: { cpu: 50 } }, {}, 100));
      const begun = beginBake(long, begin(long), 0, { rise: true, restarts: 0 });
      return assessDay(long, foldBusiness(long, begun, rows).judge, 0, 'none')[0]?.verdict;
    };
    expect([verdictOf('4d', 719), verdictOf('4d', 720)]).toEqual(['insufficient', 'pass']);
    expect([verdictOf('2h', 59), verdictOf('2h', 60)]).toEqual(['insufficient', 'pass']);
  });
});
