/** Criteria that need minutes of the bake, beside those that need requests. */
import { describe, expect, it } from 'vitest';
import { feasibilityOf, holds, type Need, type PhaseFeasibility } from '../../lib/judge/feasibility.ts';
import { UNKNOWN_DAY } from '../../lib/judge/verdict.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { planWith } from './plan.ts';

/** A plan of one phase at 10 %, whose bake of so many minutes may be extended. */
const planOf = (bakeMinutes: number, extendUpToMinutes: number, advance: readonly string[], change = {}): Plan => {
  const plan = planWith({ phases: ['10%/2h'], advance });
  const phases = plan.phases.map((phase) => ({
    ...phase,
    warmUpMinutes: 3,
    bakeMinutes,
    extendUpToMinutes,
    ...change,
  }));
  return { ...plan, phases };
};
const phaseOf = (plan: Plan, rate?: number): PhaseFeasibility => {
  const [phase] = feasibilityOf(plan, rate === undefined ? [] : [rate]);
  if (phase === undefined) throw new Error('the plan has a phase');
  return phase;
};
const needIn = (phase: PhaseFeasibility, index = 0): Need => {
  const need = phase.needs[index];
  if (need === undefined) throw new Error('the phase has the criterion');
  return need;
};

/** Twelve blocks of five minutes; four minutes of the bake come before its first row. */
describe('revenue', () => {
  const revenue = (bake: number, extended: number) =>
    needIn(phaseOf(planOf(bake, extended, ['not revenueDelta < -3%'])));

  it.each([
    [64, 64, 'enough', null],
    [63, 64, 'extended', 64],
    [63, 63, 'short', 64],
    [30, 200, 'extended', 64],
    [30, 60, 'short', 64],
  ])('needs 60 minutes that count: a bake of %d, extended up to %d, is %s', (bake, extended, prospect, least) => {
    expect(revenue(bake, extended)).toMatchObject({
      kind: 'notAgainst',
      of: 'minutes',
      needed: 60,
      expected: bake - 4,
      expectedExtended: Math.max(bake, extended) - 4,
      leastBakeMinutes: least,
      prospect,
    });
  });

  it('needs them before the last looks that must pass', () => {
    const change = { passInARow: 2, checkpointMinutes: [50] };
    const need = needIn(phaseOf(planOf(80, 80, ['not revenueDelta < -3%'], change)));
    // Of the looks at 50 and 80 minutes the first must pass: 30 minutes come after it, and one of its own behind it.
    expect(need).toMatchObject({ expected: 45, leastBakeMinutes: 60 + 4 + 1 + 30, prospect: 'short' });
  });

  it('that is to be proven says so', () => {
    expect(needIn(phaseOf(planOf(120, 120, ['revenueDelta > -3%']))).kind).toBe('prove');
  });
});

/** Their rows come so much later than traffic's as they settle later, and a gate does not wait for them. */
describe('metrics that settle late', () => {
  const settling = (settle: string, bake: number, extended: number, criterion: string) => {
    const plan = planOf(bake, extended, [criterion]);
    const late = JSON.parse(JSON.stringify(plan.metrics).replaceAll('"settleMinutes":3', `"settleMinutes":${settle}`));
    return needIn(phaseOf({ ...plan, metrics: late }, 12_000));
  };

  it.each([
    [3, 64, 'enough', 60, null],
    [0, 64, 'enough', 60, null],
    [10, 71, 'enough', 60, null],
    [10, 70, 'short', 59, 71],
    [60, 64, 'short', 3, 121],
    [60, 40, 'short', 0, 121],
  ])('after %d minutes take their minutes from a bake of %d', (settle, bake, prospect, minutes, leastBakeMinutes) => {
    const need = settling(String(settle), bake, bake, 'not revenueDelta < -3%');
    expect(need).toMatchObject({ prospect, minutes, expected: minutes, leastBakeMinutes });
  });

  it('make a bake longer by as much where requests must come of segments before the last looks', () => {
    const change = { passInARow: 2, checkpointMinutes: [50] };
    const withSettle = (settle: number) => {
      const plan = planOf(64, 64, ['segmentSpread < 1%'], change);
      const metrics = JSON.parse(
        JSON.stringify(plan.metrics).replaceAll('"settleMinutes":3', `"settleMinutes":${settle}`),
      );
      return needIn(phaseOf({ ...plan, metrics }, 600));
    };
    const { needed, leastBakeMinutes: least } = withSettle(3);
    // Of 60 requests a minute, after 4 minutes of warm-up and one that comes behind the checkpoint, 14 minutes before the end.
    expect(least).toBe(Math.ceil((needed ?? Number.NaN) / 60) + 4 + 1 + 14);
    expect(withSettle(10).leastBakeMinutes).toBe((least ?? Number.NaN) + 7);
  });

  it('are requests that do not come, for segments', () => {
    const [soon, late] = ['3', '23'].map((settle) => settling(settle, 64, 64, 'segmentSpread < 20%'));
    expect([soon?.minutes, late?.minutes]).toEqual([60, 40]);
    expect(late?.expected).toBe(((soon?.expected ?? 0) * 40) / 60);
  });

  it('leave traffic alone', () => {
    expect(settling('60', 64, 64, 'errorRate < 1%').minutes).toBe(60);
  });

  it.each([
    ['cpu < 80', 31, 64, 'enough', null],
    ['cpu < 80', 32, 65, 'extended', 66],
    ['cpu < 80', 32, 64, 'short', 66],
    ['cpu < 80', 38, 73, 'short', 78],
    ['cpu < 80', 38, 74, 'extended', 78],
    ['not segmentErrorRatio > 2', 33, 64, 'enough', null],
    ['not segmentErrorRatio > 2', 34, 66, 'extended', 66],
    ['not segmentErrorRatio > 2', 34, 65, 'short', 66],
  ])(
    'must leave half of all: %s, after %d minutes, extended up to %d, is %s',
    (criterion, settle, extended, prospect, least) => {
      expect(settling(String(settle), 64, extended, criterion)).toMatchObject({ prospect, leastBakeMinutes: least });
    },
  );
});

describe('a gauge, and what must only not be proven', () => {
  it.each([
    ['cpu < 80', 'half of the bake', Math.ceil(61 / 2)],
    ['not errorRate > 1%', 'half of its rows', Math.ceil(57 / 2)],
  ])('%s needs the metric in %s', (criterion, _, needed) => {
    expect(needIn(phaseOf(planOf(61, 61, [criterion])))).toMatchObject({
      of: 'halfOfMinutes',
      needed,
      expected: 57,
      prospect: 'enough',
    });
  });

  it('need half of what has baked at the first of the looks that must all pass', () => {
    const looks = { passInARow: 3, checkpointMinutes: [15, 30, 45] };
    expect(needIn(phaseOf(planOf(60, 60, ['cpu < 80'], looks)))).toMatchObject({
      needed: 15,
      expected: 25,
      prospect: 'enough',
    });
    const early = { passInARow: 2, checkpointMinutes: [7] };
    expect(needIn(phaseOf(planOf(60, 60, ['cpu < 80'], early)))).toMatchObject({
      needed: 4,
      expected: 2,
      leastBakeMinutes: 10 + 53,
      prospect: 'short',
    });
  });

  it('need no more of a longer bake, and bind nothing', () => {
    expect(phaseOf(planOf(61, 61, ['cpu < 80', 'noIncidents']), 100_000).binding).toBeNull();
  });
});

describe('open incidents', () => {
  it('need nothing', () => {
    expect(needIn(phaseOf(planOf(61, 61, ['noIncidents'])))).toMatchObject({
      of: 'nothing',
      needed: null,
      prospect: 'unknown',
    });
  });
});

describe('what binds', () => {
  const both = ['errorRate < 1%', 'not revenueDelta < -3%'];

  it('is what takes the most minutes at the traffic, or needs the most requests where none is given', () => {
    const plan = planOf(120, 240, both);
    const { needed } = needIn(phaseOf(plan));
    expect(needed).toBe(1052);
    expect(phaseOf(plan).binding).toBe(0);
    // 1,052 requests at 10 % of the traffic take 60 minutes at 175.3 requests a minute.
    expect(phaseOf(plan, 170).binding).toBe(0);
    expect(phaseOf(plan, 180).binding).toBe(1);
  });

  it('is none where nothing needs requests or minutes', () => {
    expect(phaseOf(planOf(120, 240, ['noIncidents'])).binding).toBeNull();
    expect(phaseOf(planOf(120, 240, ['not revenueDelta < -3%'])).binding).toBeNull();
  });

  it('is the one of three that needs most, wherever it stands', () => {
    const three = planOf(120, 240, ['errorRate < 2%', 'errorRate < 0.1%', 'errorRate < 1%']);
    expect([phaseOf(three).binding, phaseOf(three, 1e6).binding]).toEqual([1, 1]);
  });

  it('is the one that can never pass, where there is such a one', () => {
    const plan = planOf(120, 240, ['latencyP99 < 200ms', 'errorRate < 1%']);
    const hopeless = { ...UNKNOWN_DAY, failureShare: 0.05 };
    for (const rates of [[], [12_000]]) expect(feasibilityOf(plan, rates, hopeless)[0]?.binding).toBe(1);
  });
});

describe('requests', () => {
  /** 1,052 are needed: so many a minute at 10 % bring just them in 116 minutes that count. */
  const exactly = (1052 * 10) / 116;

  it.each([
    [exactly, 240, 'enough', null, null],
    [exactly * 0.999, 240, 'extended', 121, 10.1],
    [exactly / 2, 240, 'extended', 236, 20],
    [exactly / 2, 230, 'short', 236, 20],
    [exactly / 20, 240, 'short', 2324, null],
  ])(
    'are counted to the last: at %d a minute, extended up to %d minutes, it is %s',
    (rate, extended, prospect, bake, weight) => {
      const need = needIn(phaseOf(planOf(120, extended, ['errorRate < 1%']), rate));
      expect(need).toMatchObject({
        of: 'requests',
        needed: 1052,
        prospect,
        leastBakeMinutes: bake,
        leastWeight: weight,
      });
    },
  );

  it('of nobody never come', () => {
    expect(needIn(phaseOf(planOf(120, 240, ['errorRate < 1%']), 0))).toMatchObject({
      expected: 0,
      leastBakeMinutes: null,
      leastWeight: null,
      prospect: 'short',
    });
  });
});

it('holds where all extensions are not enough, or never would be', () => {
  const need = needIn(phaseOf(planOf(120, 240, ['errorRate < 1%'])));
  const held = (['enough', 'extended', 'unknown', 'unlikely', 'short', 'never'] as const).filter((prospect) =>
    holds({ ...need, prospect }),
  );
  expect(held).toEqual(['unlikely', 'short', 'never']);
});

it('takes a bake with the extensions that are needed, in steps of 15 minutes', () => {
  const likely = (rate: number, extended = 240) =>
    phaseOf(planOf(120, extended, ['errorRate < 1%']), rate).likelyBakeMinutes;
  expect(likely(1000)).toBe(120);
  expect(likely((1052 * 10) / 117)).toBe(135);
  expect(likely((1052 * 10) / 131)).toBe(135);
  expect(likely((1052 * 10) / 124, 130)).toBe(130);
  expect(likely(1)).toBeNull();
  expect(phaseOf(planOf(120, 240, ['errorRate < 1%'])).likelyBakeMinutes).toBeNull();
});
