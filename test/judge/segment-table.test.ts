import { describe, expect, it } from 'vitest';
import { beginBake, initialJudge, type JudgeState } from '../../lib/judge/judge.ts';
import { evidenceBySegment, segmentTable } from '../../lib/judge/segment-table.ts';
import { tablesOf } from '../../lib/judge/tables.ts';
import { emptyTally } from '../../lib/judge/tally.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { DAY_BEFORE, foldBusiness, times } from './fold.ts';
import { planWith, seedPlan } from './plan.ts';
import { businessRow } from './rows.ts';

const VALUES = ['none', 'bad', 'same', 'little', 'rather'];
const planOf = (wish: Parameters<typeof planWith>[0] = {}, segments: object = {}): Plan =>
  planWith({ advance: ['not segmentErrorRatio > 2'], ...wish, segments: { values: VALUES, ...segments } });

/** Failures of each minute, by segment; the baseline has nine times the requests and fails one in a thousand. */
const FAILURES: Readonly<Record<string, readonly [requests: number, failures: number]>> = {
  bad: [1000, 10],
  same: [10_000, 10],
  little: [10, 0],
  rather: [10_000, 14],
};

const judgeOf = (plan: Plan, restarts = 0): JudgeState => {
  const begun = beginBake(plan, initialJudge(plan, DAY_BEFORE), 0, { rise: true, restarts });
  const side = (of: (requests: number, failures: number) => object) => ({
    segments: Object.fromEntries(Object.entries(FAILURES).map(([name, [n, x]]) => [name, of(n, x)])) as Record<
      string,
      { requests: number; failures: number }
    >,
  });
  const rows = times(120, (i) =>
    businessRow(
      i,
      side((requests, failures) => ({ requests, failures })),
      side((requests) => ({ requests: 9 * requests, failures: (9 * requests) / 1000 })),
    ),
  );
  return foldBusiness(plan, begun, rows).judge;
};

const tableOf = (plan: Plan, restarts = 0) => segmentTable(plan, 0, evidenceBySegment(judgeOf(plan, restarts)));
const verdictsOf = (plan: Plan) => tableOf(plan)?.lines.map(({ segment, verdict }) => `${segment} ${verdict}`);

describe('the table of segments', () => {
  it('has the worst first and those without data last, each with what is proven against the limit', () => {
    expect(verdictsOf(planOf())).toEqual(['bad beyond', 'rather worse', 'same within', 'little open', 'none noData']);
  });

  it('has the numbers of both sides since the bake began, and the ratio with its interval', () => {
    const [bad] = tableOf(planOf())?.lines ?? [];
    expect(bad).toMatchObject({
      requests: 120_000,
      failures: 1200,
      baselineRequests: 1_080_000,
      baselineFailures: 1080,
    });
    expect(bad?.ratio).toBeCloseTo(10, 9);
    expect(bad?.lower).toBeGreaterThan(6);
    expect(bad?.upper).toBeLessThan(16);
  });

  it('is wider after a restart of the bake, as the criteria are', () => {
    const [first, again] = [tableOf(planOf()), tableOf(planOf(), 2)].map((table) => table?.lines[0]);
    expect(again?.lower).toBeLessThan(first?.lower ?? 0);
    expect(again?.upper).toBeGreaterThan(first?.upper ?? 0);
  });

  it('takes the limit of the criterion, else of a guard, else what the watch tolerates', () => {
    const guards = ['segmentErrorRatio > 3 for 10m'];
    const limits = [
      planOf({ guards }),
      planOf({ guards, advance: ['noIncidents'] }),
      planOf({ advance: ['noIncidents'] }),
    ];
    expect(limits.map((plan) => tableOf(plan)?.limit)).toEqual([2, 3, 1.1]);
    expect(tableOf(planOf({ advance: ['noIncidents'] }))?.lines[0]).toMatchObject({
      segment: 'bad',
      verdict: 'beyond',
    });
  });

  it('takes the strictest limit of several', () => {
    const guards = ['segmentErrorRatio > 4 for 10m', 'segmentErrorRatio > 3 for 20m', 'errorRate > 2% for 5m'];
    const own = ['not segmentErrorRatio > 5', 'not segmentErrorRatio > 2.5'];
    expect(tableOf(planOf({ guards, advance: own }))?.limit).toBe(2.5);
    expect(tableOf(planOf({ guards, advance: ['noIncidents'] }))?.limit).toBe(3);
  });

  it('tells segments below the minimum, but does not hide what is proven against them', () => {
    expect(verdictsOf(planOf({}, { minimumRequests: 200_000 }))).toEqual([
      'bad beyond',
      'rather worse',
      'same within',
      'little tooFew',
      'none noData',
    ]);
  });

  it('leaves open what has no upper bound, since the baseline never failed', () => {
    const plan = planOf();
    const layout = tablesOf(plan).layouts[0];
    if (layout === undefined) throw new Error('the plan has a phase');
    const tally = emptyTally(layout).map((_, i) => [100_000, 0, 900_000, 0][(i - layout.segmentsAt - 1) % 4] ?? 0);
    const table = segmentTable(plan, 0, { tally, clumpiness: 3, restarts: 0 });
    expect(new Set(table?.lines.map(({ upper, verdict }) => `${upper} ${verdict}`))).toEqual(new Set(['null open']));
  });

  it('does not exist without segments, nor at weight 100', () => {
    const { segments: _, ...metrics } = seedPlan.metrics;
    expect(tableOf({ ...seedPlan, metrics })).toBeUndefined();
    expect(segmentTable(seedPlan, 2, evidenceBySegment(judgeOf(seedPlan)))).toBeUndefined();
    expect(segmentTable(seedPlan, -1, evidenceBySegment(judgeOf(seedPlan)))).toBeUndefined();
  });
});
