import { describe, expect, test } from 'vitest';
import { type Approach, approach, noApproaches } from '../../lib/report/approach.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import { after, baking, canary, cpuAt, entryAt, holdOf, plan, rowAt } from './entries.ts';

const [ERROR_RATE, , CPU] = [0, 1, 2];

const approachesOf = (entries: readonly Entry[]): readonly Approach[] => {
  const approaches = noApproaches(plan);
  for (const entry of entries) approach(plan, approaches, entry);
  return approaches;
};

const rowsOf = (failures: readonly number[]): readonly Entry[] =>
  failures.map((failed, minute) => entryAt(minute + 4, baking(minute), canary, { rows: [rowAt(minute, failed)] }));

describe('a guard on a share', () => {
  test('remembers the highest share over its own window', () => {
    const seen = approachesOf(rowsOf([0, 1, 3, 4, 0, 0]))[ERROR_RATE];
    expect(seen?.closest).toEqual({ value: 0.035, at: after(3), weight: 1, bad: 7, total: 200 });
    expect(seen?.windows).toBe(5);
  });

  test('sees windows that lie within one entry of many rows', () => {
    const rows = [0, 4, 4, 0, 0].map((failed, minute) => rowAt(minute, failed));
    expect(approachesOf([entryAt(20, baking(5), canary, { rows })])[ERROR_RATE]?.closest?.value).toBe(0.04);
  });

  test('passes over windows with fewer than three bad requests, which never trip it', () => {
    expect(approachesOf(rowsOf([1, 1, 1, 1]))[ERROR_RATE]).toMatchObject({ closest: null, windows: 3 });
  });

  test('begins anew with a rise', () => {
    const [first] = rowsOf([9]);
    const risen = entryAt(5, baking(0), canary, { rows: [rowAt(1, 0, 8, 10), rowAt(2, 0, 8, 10)] });
    expect(approachesOf(first === undefined ? [] : [first, risen])[ERROR_RATE]).toMatchObject({
      closest: null,
      windows: 1,
    });
  });

  test('leaves out rows under a shared outage', () => {
    const reason = {
      code: 'SHARED_OUTAGE',
      guard: 'errorRate > 1.5% for 2m',
      candidateShare: 0.05,
      baselineShare: 0.05,
      limit: 0.015,
    } as const;
    const held = { ...canary, holds: [holdOf('SHARED_OUTAGE', reason, 0)] };
    const entries = [5, 5, 5].map((failed, minute) =>
      entryAt(minute + 4, reason, held, { rows: [rowAt(minute, failed, 500)] }),
    );
    expect(approachesOf(entries)[ERROR_RATE]?.closest).toBeNull();
  });
});

describe('a guard on a gauge', () => {
  const cpu = (values: readonly (number | null)[]): Approach | undefined =>
    approachesOf([
      entryAt(20, baking(1), canary, { businessRows: values.map((value, minute) => cpuAt(minute, value)) }),
    ])[CPU];

  test('remembers the highest value that lasted its window', () => {
    expect(cpu([20, 90, 70, 80, 20])?.closest).toMatchObject({ value: 70, at: after(3) });
  });

  test('begins anew after a minute without a value, as the guard does', () => {
    expect(cpu([90, 90, null, 90, 90])?.closest).toBeNull();
  });
});
