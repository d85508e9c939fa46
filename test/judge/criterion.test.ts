import { describe, expect, it } from 'vitest';
import {
  assess,
  assessDay,
  assessRecent,
  beginBake,
  type JudgeState,
  markDay,
  provenFail,
} from '../../lib/judge/judge.ts';
import type { Assessment } from '../../lib/judge/verdict.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { begin, DAY_BEFORE, fold, foldBusiness, times } from './fold.ts';
import { planWith, seedPlan } from './plan.ts';
import { businessRow, counts, row } from './rows.ts';

const asking = (...advance: string[]): Plan => planWith({ advance });
const only = (plan: Plan, judge: JudgeState, how: typeof assess = assess): Assessment => {
  const [first] = how(plan, judge, 0, 'none');
  if (first === undefined) throw new Error('no criterion');
  return first;
};
const fine = counts(10_800, { failures: 9 });

describe('a criterion on a share', () => {
  const plan = asking('errorRate < 1%');
  const after = (...rows: readonly (readonly [requests: number, failures: number])[]) =>
    fold(
      plan,
      begin(plan),
      rows.map(([requests, failures], i) => row(i, counts(requests, { failures }), counts(9 * requests))),
    ).judge;

  it('passes at 1,052 clean requests at D 3, and not at 1,051', () => {
    expect(only(plan, after([1051, 0])).verdict).toBe('insufficient');
    expect(only(plan, after([1052, 0]))).toMatchObject({
      verdict: 'pass',
      kind: 'prove',
      bad: 0,
      requests: 1052,
      of: 'requests',
    });
    expect(only(plan, after([1052, 0])).more).toBeUndefined();
  });

  it('says how many more are needed at the rate seen, or that it never will do', () => {
    expect(only(plan, after([700, 0])).more).toBe(352);
    expect(only(plan, after([700, 1])).more).toBeGreaterThan(352);
    expect(only(plan, after([700, 8])).more).toBe('never');
    expect(only(plan, after([700, 0])).missing).toBeUndefined();
  });

  it('fails when the opposite is proven, with bounds on the far side of the limit', () => {
    const failed = only(plan, after([1200, 100]));
    expect(failed).toMatchObject({ verdict: 'fail', bad: 100, measured: 100 / 1200 });
    expect(failed.lower).toBeGreaterThan(0.01);
    expect(provenFail(plan, after([1200, 100]), 0)).toEqual(failed);
    expect(provenFail(plan, after([1200, 13]), 0)).toBeUndefined();
  });

  it('tells the same of each state, by its bounds and by its evidence', () => {
    for (let failures = 0; failures < 60; failures++) {
      const { verdict, lower, upper } = only(plan, after([1500, failures]));
      const byBounds = (upper ?? 1) < 0.01 ? 'pass' : (lower ?? 0) > 0.01 ? 'fail' : 'insufficient';
      expect(verdict).toBe(byBounds);
      expect(provenFail(plan, after([1500, failures]), 0) !== undefined).toBe(verdict === 'fail');
    }
  });

  it('asks for more after a restart of the bake', () => {
    const row0 = row(0, counts(1052), counts(9 * 1052));
    const restarted = beginBake(plan, begin(plan), 0, { rise: false, restarts: 1 });
    expect(only(plan, fold(plan, restarted, [row0]).judge).verdict).toBe('insufficient');
  });

  it('counts rows of the bake only, and none that are excluded', () => {
    const rows = times(5, (i) => row(i, counts(1200), fine));
    for (const options of [{ stage: 'warmUp' }, { stage: 'before' }, { excluded: true }] as const) {
      expect(only(plan, fold(plan, begin(plan), rows, options).judge).requests).toBe(0);
    }
    expect(only(plan, fold(plan, begin(plan), rows).judge).requests).toBe(6000);
  });

  it('counts answers for a latency, and fractions of them', () => {
    const slow = asking('latencyP99 < 200ms');
    const rows = times(3, (i) => row(i, counts(1200, { slow: 0.4 }), fine));
    const said = only(slow, fold(slow, begin(slow), rows).judge);
    expect(said).toMatchObject({ verdict: 'pass', of: 'responses', requests: 3600, bad: expect.closeTo(1.2, 10) });
  });

  it('knows nothing of a latency without response times, and says which metric is missing', () => {
    const slow = asking('latencyP99 < 200ms');
    const mute = { ...counts(1200), responses: 0 };
    const said = only(
      slow,
      fold(
        slow,
        begin(slow),
        times(9, (i) => row(i, mute, mute)),
      ).judge,
    );
    expect(said).toMatchObject({ verdict: 'insufficient', requests: 0, measured: null, lower: null, upper: null });
    expect(said.missing).toBe(
      'TargetResponseTime in AWS/ApplicationELB (TargetGroup targetgroup/analyzer-ultra-fast/943f017f100becff and targetgroup/analyzer-original/73e2d6bc24d8a067)',
    );
  });

  it('with `not` passes without proof where the metric is there for half of the minutes, and fails on a proof', () => {
    const not = asking('not errorRate > 1%');
    const seen = (known: number, failures = 0) =>
      only(
        not,
        fold(
          not,
          begin(not),
          times(10, (i) => row(i, counts(12, { failures }), i < known ? counts(108) : null)),
        ).judge,
      );
    expect(seen(5)).toMatchObject({ verdict: 'pass', kind: 'notAgainst' });
    expect(seen(0).missing).toMatch(/^RequestCount in AWS.ApplicationELB \([^)]*\)$/);
    expect(seen(4).verdict).toBe('insufficient');
    expect(seen(4).missing).toMatch(/^RequestCount in .* was there in only 4 of 10 minutes$/);
    expect(seen(10, 6).verdict).toBe('fail');
  });
});

describe('availability', () => {
  const plan = asking('availability > 99%');
  const gone = (requests: number, unavailable: number | null) => counts(requests, { unavailable });
  const after = (wish: Plan, mine: number | null, theirs: number | null, weight = 10, before = DAY_BEFORE) =>
    only(
      wish,
      fold(
        wish,
        begin(wish, before),
        times(10, (i) => row(i, gone(1200, mine), gone(10_800, theirs), weight)),
      ).judge,
    );

  it('is net of what the baseline shows in the same minutes', () => {
    expect(after(plan, 60, 540)).toMatchObject({ verdict: 'pass', bad: 0, measured: 0 });
    expect(after(plan, 120, 540)).toMatchObject({ verdict: 'fail', bad: expect.closeTo(600, 6) });
    expect(after(plan, 6, 540)).toMatchObject({ verdict: 'pass', bad: 0 });
  });

  it('is net of the day before at weight 100', () => {
    const usual = { ...DAY_BEFORE, unavailableShare: 0.05 };
    expect(after(plan, 60, null, 100, usual)).toMatchObject({ verdict: 'pass', bad: 0 });
    expect(after(plan, 60, null, 100, { ...usual, unavailableShare: null }).verdict).toBe('fail');
  });

  it('is not net where connection errors are counted', () => {
    const refused = planWith({ advance: ['availability > 99%'], availability: 'connectionErrors' });
    expect(after(refused, 60, 540).verdict).toBe('fail');
  });

  it('is insufficient where one side is not recorded', () => {
    for (const said of [after(plan, null, 0), after(plan, 0, null)]) {
      expect(said).toMatchObject({ verdict: 'insufficient', requests: 0 });
      expect(said.missing).toContain('HTTPCode_Target_2XX_Count to HTTPCode_Target_5XX_Count');
    }
  });

  it('sums requests whose answers come a minute later', () => {
    const rows = times(60, (i) => row(i, gone(1200, i % 2 === 0 ? 100 : -100), gone(10_800, 0)));
    expect(only(plan, fold(plan, begin(plan), rows).judge)).toMatchObject({ verdict: 'pass', bad: 0 });
  });
});

describe('revenue', () => {
  const plan = asking('not revenueDelta < -3%');
  const noise = (i: number) => 1 + 0.05 * Math.sin(i * 1.7);
  const sold = (i: number, factor: number) =>
    businessRow(
      i,
      { revenue: 1000 * factor * noise(i), requests: 1200 },
      { revenue: 9000 * noise(i + 3), requests: 10_800 },
    );
  const after = (wish: Plan, minutes: number, factor: number) =>
    only(
      wish,
      foldBusiness(
        wish,
        begin(wish),
        times(minutes, (i) => sold(i, factor)),
      ).judge,
    );
  /** So many rows of traffic, with those of revenue among them that `isThere` picks. */
  const among = (minutes: number, isThere: (i: number) => boolean) => {
    const rows = times(minutes, (i) => row(i, counts(1200), counts(10_800)));
    const sales = times(minutes, (i) => (isThere(i) ? sold(i, 1) : businessRow(i, {})));
    return only(plan, foldBusiness(plan, fold(plan, begin(plan), rows).judge, sales).judge);
  };

  it('is insufficient below 12 blocks, then passes while nothing is proven against it', () => {
    expect(after(plan, 59, 1)).toMatchObject({ verdict: 'insufficient', requests: 11, of: 'blocks', more: 1 });
    expect(after(plan, 60, 1)).toMatchObject({ verdict: 'pass', asymptotic: true });
  });

  it('in a young bake lacks blocks and not the metric', () => {
    for (const [minutes, more] of [
      [3, 12],
      [14, 10],
      [59, 1],
    ] as const) {
      const said = among(minutes, (i) => i < minutes - 2);
      expect(said).toMatchObject({ verdict: 'insufficient', of: 'blocks', more });
      expect(said.missing).toBeUndefined();
    }
  });

  it('names the metric that never came, or in fewer than half of the blocks', () => {
    const name = 'Revenue in Learn/Business (Variant ultra-fast and original)';
    expect(among(40, () => false)).toMatchObject({ verdict: 'insufficient', more: 12, missing: name });
    const seldom = among(120, (i) => i % 15 === 0);
    expect(seldom.missing).toBe(`${name} was there in only 8 of 22 blocks of 5 minutes`);
  });

  it('names the metric where the baseline earns nothing to compare with', () => {
    const rows = times(60, (i) => businessRow(i, { revenue: 9, requests: 1200 }, { revenue: 0, requests: 10_800 }));
    expect(only(plan, foldBusiness(plan, begin(plan), rows).judge).missing).toContain('Revenue in');
  });

  it('fails in the same minute, whether the bake began some minutes earlier or later', () => {
    const failsAt = (first: number) => {
      let judge = begin(plan);
      for (let i = first; i < 200; i++) {
        judge = foldBusiness(plan, judge, [sold(i, 0.6)]).judge;
        if (provenFail(plan, judge, 0) !== undefined) return i;
      }
      return -1;
    };
    expect(times(5, failsAt)).toEqual(times(5, () => failsAt(0)));
    expect(failsAt(5)).toBe(failsAt(0) + 5);
  });

  it('fails from 24 blocks on when its bound lies beyond the limit', () => {
    expect(after(plan, 119, 0.6).verdict).toBe('pass');
    const failed = after(plan, 120, 0.6);
    expect(failed).toMatchObject({ verdict: 'fail', measured: expect.closeTo(-0.4, 1) });
    expect(failed.upper).toBeLessThan(-0.03);
  });

  it('must be proven without `not`, and says how many more blocks that takes', () => {
    const proving = asking('revenueDelta > -3%');
    expect(after(proving, 600, 1)).toMatchObject({ verdict: 'pass' });
    const open = after(proving, 60, 0.9715);
    expect(open.verdict).toBe('insufficient');
    expect(open.more).toBeGreaterThan(0);
    expect(after(proving, 60, 0.96).more).toBe('never');
    expect(after(proving, 600, 0.6).verdict).toBe('fail');
  });

  it('is proven to fail without any revenue at all', () => {
    expect(after(plan, 120, 0)).toMatchObject({ verdict: 'fail', measured: -1, lower: -1 });
  });

  it('leaves out minutes in which a side is not known', () => {
    const known = { revenue: 9000, requests: 10_800 };
    const rows = times(60, (i) => businessRow(i, { ...known, revenue: i % 2 === 0 ? 1000 : null }, known));
    const { judge } = foldBusiness(plan, begin(plan), rows);
    expect(judge.tallies.revenue.slice(0, 3)).toEqual([12, 30_000, 30 * 10_800]);
  });
});

describe('segments', () => {
  const sides = (mine: number, elsewhere: number) => ({
    k12: { requests: 600, failures: mine },
    university: { requests: 600, failures: elsewhere },
  });
  const after = (wish: Plan, mine: number, elsewhere: number, silent = false) => {
    const judge = fold(
      wish,
      begin(wish),
      times(60, (i) => row(i, counts(1200), counts(10_800))),
    ).judge;
    const baseline = { k12: { requests: 5400, failures: 6 }, university: { requests: 5400, failures: 6 } };
    const rows = times(60, (i) =>
      businessRow(
        i,
        { segments: silent ? { k12: sides(mine, 0).k12 } : sides(mine, elsewhere) },
        { segments: baseline },
      ),
    );
    return only(wish, foldBusiness(wish, judge, rows).judge);
  };

  it('a bad segment fails the ratio, and is named with its numbers', () => {
    const plan = asking('not segmentErrorRatio > 2');
    expect(after(plan, 1, 1).verdict).toBe('pass');
    const failed = after(plan, 1, 7);
    expect(failed).toMatchObject({ verdict: 'fail', segment: 'university', bad: 420, requests: 36_000 });
    expect(failed.measured).toBeCloseTo(10.5, 6);
    expect(failed.lower).toBeGreaterThan(2);
  });

  it('the spread of success shares passes when every segment is close', () => {
    const plan = asking('segmentSpread < 5%');
    expect(after(plan, 1, 7)).toMatchObject({ verdict: 'pass' });
    expect(after(plan, 1, 60)).toMatchObject({ verdict: 'fail', segment: 'university' });
  });

  it('a segment that never came is named as missing', () => {
    const plan = asking('not segmentErrorRatio > 2');
    const said = after(plan, 1, 1, true);
    expect(said.verdict).toBe('insufficient');
    expect(said.missing).toBe('Requests in Learn/Business (Variant ultra-fast and original, Segment university)');
  });

  it('two that never came are told as two', () => {
    const plan = planWith({ advance: ['not segmentErrorRatio > 2'], segments: { values: ['k12', 'college', 'else'] } });
    expect(after(plan, 1, 1, true).missing).toMatch(/Segment college\) and of 1 more segments$/);
  });

  it('the worst is told with its own numbers on both sides, not with the upper bound of another', () => {
    const failed = after(asking('not segmentErrorRatio > 2'), 0, 7);
    expect(failed.ofSegment).toEqual({
      requests: 36_000,
      failures: 420,
      baselineRequests: 324_000,
      baselineFailures: 360,
      lower: failed.lower,
      upper: failed.upper,
    });
    const other = after(asking('segmentSpread < 5%'), 60, 61);
    expect(other.segment).toBe('university');
    expect(other.ofSegment?.upper).toBeLessThanOrEqual(other.upper ?? 0);
  });

  describe('with a minimum of requests', () => {
    const small = (advance: string, few: number, failures: number, minimumRequests = 100) => {
      const plan = planWith({ advance: [advance], segments: { minimumRequests } });
      const traffic = times(60, (i) => row(i, counts(1200), counts(10_800)));
      const baseline = { k12: { requests: 5400, failures: 6 }, university: { requests: 5400, failures: 6 } };
      const rows = times(60, (i) => {
        const university = i < few ? { requests: 1, failures: i < failures ? 1 : 0 } : null;
        return businessRow(
          i,
          { segments: { k12: { requests: 600, failures: 1 }, university } },
          { segments: baseline },
        );
      });
      const { judge } = foldBusiness(plan, fold(plan, begin(plan), traffic).judge, rows);
      return { said: only(plan, judge), isFailed: provenFail(plan, judge, 0) !== undefined };
    };

    it('a segment with fewer has no say, neither for nor against, and is named with what it had', () => {
      for (const failures of [0, 12]) {
        const { said, isFailed } = small('not segmentErrorRatio > 2', 12, failures);
        expect(said).toMatchObject({
          verdict: 'pass',
          segment: 'k12',
          tooFew: { needed: 100, segments: [{ segment: 'university', requests: 12 }] },
        });
        expect(isFailed).toBe(false);
      }
      expect(small('segmentSpread < 5%', 12, 12).said).toMatchObject({ verdict: 'pass', segment: 'k12' });
    });

    it('a segment that never came does not block', () => {
      expect(small('not segmentErrorRatio > 2', 0, 0).said).toMatchObject({ verdict: 'pass', missing: undefined });
    });

    it('a segment that has as many is judged, by bounds that all segments share', () => {
      const { said, isFailed } = small('not segmentErrorRatio > 2', 12, 12, 12);
      expect(said).toMatchObject({ verdict: 'fail', segment: 'university', tooFew: undefined });
      expect(isFailed).toBe(true);
      const alone = small('not segmentErrorRatio > 2', 12, 12, 100).said;
      const both = small('not segmentErrorRatio > 2', 12, 0, 12).said;
      expect(alone.lower).toBe(both.lower);
    });

    it('the criterion is insufficient while no segment has as many', () => {
      const { said } = small('not segmentErrorRatio > 2', 12, 0, 36_001);
      expect(said).toMatchObject({ verdict: 'insufficient', segment: undefined });
      expect(said.missing).toBe('no segment has the 36,001 requests yet that give it a say');
      expect(said).toMatchObject({ of: 'requests', requests: 0, measured: null, upper: null });
      expect(small('segmentSpread < 5%', 12, 0, 36_001)).toMatchObject({
        said: { verdict: 'insufficient' },
        isFailed: false,
      });
    });
  });

  it('are proven to fail cheaply and alike', () => {
    for (const plan of [asking('not segmentErrorRatio > 2'), asking('segmentSpread < 5%')]) {
      for (const [mine, elsewhere] of [
        [1, 1],
        [1, 7],
        [0, 2],
        [90, 1],
      ] as const) {
        const rows = times(60, (i) =>
          businessRow(
            i,
            { segments: sides(mine, elsewhere) },
            { segments: { k12: { requests: 5400, failures: 6 }, university: { requests: 5400, failures: 6 } } },
          ),
        );
        const judge = foldBusiness(plan, begin(plan), rows).judge;
        expect(provenFail(plan, judge, 0) !== undefined).toBe(only(plan, judge).verdict === 'fail');
      }
    }
  });
});

describe('a gauge', () => {
  const plan = asking('cpu < 80');
  const after = (values: readonly (number | null)[]) => {
    const judge = fold(
      plan,
      begin(plan),
      values.map((_, i) => row(i, counts(1200), counts(10_800))),
    ).judge;
    return only(
      plan,
      foldBusiness(
        plan,
        judge,
        values.map((cpu, i) => businessRow(i, { gauges: { cpu } })),
      ).judge,
    );
  };

  it('is judged by its mean once half of the minutes of the bake are there', () => {
    expect(after(times(59, () => 70))).toMatchObject({ verdict: 'insufficient', more: 1, of: 'minutes', requests: 59 });
    expect(after(times(60, () => 70))).toMatchObject({ verdict: 'pass', measured: 70 });
    expect(after(times(60, (i) => (i < 30 ? 70 : 95)))).toMatchObject({ verdict: 'fail', measured: 82.5 });
  });

  it('is insufficient, and named, when half of the minutes are missing', () => {
    const said = after(times(120, (i) => (i < 59 ? 70 : null)));
    expect(said.verdict).toBe('insufficient');
    expect(said.missing).toBe(
      'Cpu in Learn/Business (Service analyzer-ultra-fast and analyzer-original) was there in only 59 of 120 minutes',
    );
    expect(after(times(120, () => null)).missing).toBe(
      'Cpu in Learn/Business (Service analyzer-ultra-fast and analyzer-original)',
    );
  });

  it('is no proven fail before its bake is over', () => {
    const judge = foldBusiness(
      plan,
      begin(plan),
      times(120, (i) => businessRow(i, { gauges: { cpu: 99 } })),
    ).judge;
    expect(provenFail(plan, judge, 0)).toBeUndefined();
  });
});

describe('noIncidents', () => {
  it('passes, fails or is insufficient as the alarms say', () => {
    const plan = asking('noIncidents');
    const verdicts = (['none', 'open', 'unknown'] as const).map(
      (state) => assess(plan, begin(plan), 0, state)[0]?.verdict,
    );
    expect(verdicts).toEqual(['pass', 'fail', 'insufficient']);
  });
});

describe('which rows are looked at', () => {
  const plan = planWith({ phases: ['10%/20m'], advance: ['errorRate < 1%'] });
  const rows = (from: number, length: number, failures: number) =>
    times(length, (i) => row(from + i, counts(100, { failures }), counts(900)));

  it('recently means 1 to 1.5 bake lengths, and all rows of a younger bake', () => {
    let judge = begin(plan);
    for (let i = 0; i < 200; i++) {
      judge = fold(plan, judge, rows(i, 1, 0)).judge;
      const recent = only(plan, judge, assessRecent).requests / 100;
      if (i < 20) expect(recent).toBe(i + 1);
      else expect(recent).toBeGreaterThanOrEqual(20);
      expect(recent).toBeLessThanOrEqual(30);
    }
  });

  it('a candidate that went bad after the gate fails recently long before it fails since the bake began', () => {
    const good = fold(plan, begin(plan), rows(0, 2000, 0)).judge;
    const { judge } = fold(plan, good, rows(2000, 30, 5), { excluded: false });
    expect(only(plan, judge).verdict).toBe('pass');
    expect(only(plan, judge, assessRecent).verdict).toBe('fail');
  });

  it('recently knows segments and gauges, and leaves revenue to the whole bake', () => {
    const wish = planWith({
      phases: ['10%/20m'],
      advance: ['errorRate < 1%', 'not revenueDelta < -3%', 'not segmentErrorRatio > 2', 'cpu < 80', 'noIncidents'],
    });
    const minute = (i: number, failures: number) => {
      const sides = (requests: number, bad: number) => ({
        requests,
        revenue: requests,
        segments: { k12: { requests, failures: bad }, university: { requests, failures: 1 } },
      });
      return businessRow(i, { ...sides(1200, failures), gauges: { cpu: failures } }, sides(10_800, 9));
    };
    let judge = begin(wish);
    for (let i = 0; i < 230; i++) {
      judge = fold(wish, judge, [row(i, counts(1200), fine)]).judge;
      judge = foldBusiness(wish, judge, [minute(i, i < 200 ? 1 : 90)]).judge;
    }
    const verdicts = (how: typeof assess) =>
      how(wish, judge, 0, 'none').map(({ metric, verdict }) => [metric, verdict]);
    expect(verdicts(assessRecent)).toEqual([
      ['errorRate', 'pass'],
      ['segmentErrorRatio', 'fail'],
      ['cpu', 'fail'],
      ['noIncidents', 'pass'],
    ]);
    expect(verdicts(assess)).toContainEqual(['cpu', 'pass']);
    expect(verdicts(assess)).toContainEqual(['revenueDelta', 'pass']);
  });

  it('a day lasts from one daily checkpoint to the next', () => {
    const daily = seedPlan;
    const full = (length: number) => times(length, (i) => row(i, counts(1000), null, 100));
    const began = beginBake(daily, begin(daily), 3, { rise: false, restarts: 0 });
    const first = fold(daily, began, full(100), { phase: 3 }).judge;
    const second = fold(daily, markDay(first), full(30), { phase: 3 }).judge;
    const requests = (how: typeof assess) => how(daily, second, 3, 'none').map((said) => said.requests);
    expect(requests(assess)).toEqual([130_000, 130_000, 130_000, 130]);
    expect(requests(assessDay)).toEqual([30_000, 30_000, 30_000, 30]);
  });

  it('a phase that does not exist has no criteria', () => {
    expect(assess(plan, begin(plan), -1, 'none')).toEqual([]);
    expect(provenFail(plan, begin(plan), 7)).toBeUndefined();
  });
});
