/** All guards of a plan together: what each keeps, which of them a row moves, and how they start anew. */
import { describe, expect, it } from 'vitest';
import { acquitted, findSharedOutage, initialGuards, moveWindows, weighGuards } from '../../lib/judge/guards.ts';
import { acquitGuards } from '../../lib/judge/judge.ts';
import { tablesOf } from '../../lib/judge/tables.ts';
import { begin, DAY_BEFORE, fold, foldBusiness, times } from './fold.ts';
import { planWith } from './plan.ts';
import { businessRow, counts, row } from './rows.ts';

const NO_WATCH = { off: 'the guards alone are looked at' };
const guarded = (...guards: readonly (string | object)[]) => planWith({ guards, watch: NO_WATCH });
const atStart = (plan: ReturnType<typeof planWith>, weight = 10) => initialGuards(tablesOf(plan), weight);

describe('guards', () => {
  it('keep their windows, and evidence only where a share must be proven', () => {
    const plan = guarded(
      'errorRate > 1.5% for 2m',
      { if: 'errorRate > 5% for 3m', proof: 'none' },
      'cpu > 85% for 3m',
      'revenueDelta < -5% for 10m',
      { if: 'segmentErrorRatio > 2 for 5m', proof: 'none' },
    );
    const kept = atStart(plan).each.map(({ since, rows, window, evidence }) => [
      since,
      rows,
      window.length,
      evidence.length,
    ]);
    expect(kept).toEqual([
      [null, 0, 8, 8],
      [null, 0, 12, 0],
      [null, 0, 3, 0],
      [null, 0, 0, 0],
      [null, 0, 40, 0],
    ]);
    expect(atStart(plan).sinceRise).toMatchObject({ revenue: times(15, () => 0), segments: [] });
    expect(atStart(plan, 100).sinceRise).toMatchObject({ revenue: [], segments: [] });
  });

  it('of shares are left alone by business rows, and those of business metrics by rows of traffic', () => {
    const plan = guarded('errorRate > 1.5% for 2m', 'cpu > 85% for 3m');
    const failing = row(0, counts(1200, { failures: 60 }), counts(10_800));
    const [share, gauge] = fold(plan, begin(plan), [failing]).judge.guards.each;
    expect([share?.rows, gauge?.rows]).toEqual([1, 0]);
    const hot = businessRow(0, { gauges: { cpu: 99 } });
    const each = foldBusiness(plan, begin(plan), [hot]).judge.guards.each;
    expect(each[0]).toEqual(begin(plan).guards.each[0]);
    expect(each[1]).toMatchObject({ rows: 1, window: [0, 0, 99] });
  });

  it('name the first of them whose limit both sides breach, also where it is not the first of all', () => {
    const plan = guarded('errorRate > 10% for 2m', 'cpu > 85% for 3m', 'errorRate > 1.5% for 2m');
    const failing = row(0, counts(1200, { failures: 60 }), counts(10_800, { failures: 540 }));
    const moved = moveWindows(plan, atStart(plan), failing);
    expect(findSharedOutage(plan, DAY_BEFORE, moved, 10)).toMatchObject({ guard: 'errorRate > 1.5% for 2m' });
    expect(findSharedOutage(plan, DAY_BEFORE, atStart(plan), 10)).toBeUndefined();
  });

  it('on availability say nothing where the baseline’s answers are not known', () => {
    const plan = guarded('availability < 99% for 5m');
    const half = row(0, counts(1200, { unavailable: 600 }), counts(10_800, { unavailable: null }));
    const terms = { plan, before: DAY_BEFORE, clumpiness: 5 };
    const weighed = weighGuards(terms, moveWindows(plan, atStart(plan), half), half, false);
    expect(weighed.guards.each[0]).toMatchObject({ since: null, evidence: times(8, () => 1) });
    const refused = planWith({
      guards: ['availability < 99% for 5m'],
      watch: NO_WATCH,
      availability: 'connectionErrors',
    });
    const literal = weighGuards({ ...terms, plan: refused }, moveWindows(refused, atStart(refused), half), half, false);
    expect(literal.guards.each[0]?.since).toBe(half.minute);
  });

  it('start anew after an acquittal with nothing gathered, where anything was', () => {
    const proven = guarded('errorRate > 1.5% for 2m', 'revenueDelta < -5% for 10m', 'segmentErrorRatio > 2 for 5m');
    const sold = { revenue: 600, requests: 1200, segments: { k12: { requests: 600, failures: 3 } } };
    const rows = times(12, (i) => businessRow(i, sold, sold));
    const { judge } = foldBusiness(proven, begin(proven), rows);
    expect(judge.guards.sinceRise.revenue[0]).toBeGreaterThan(0);
    expect(acquitGuards(judge).guards).toEqual(atStart(proven));
    const literal = guarded('errorRate > 1.5% for 2m');
    expect(acquitted(foldBusiness(literal, begin(literal), rows).judge.guards)).toEqual(atStart(literal));
  });
});
