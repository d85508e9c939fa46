/** The split check: whether the requests are divided as the weight says, and what silence on one side is. */
import { describe, expect, it } from 'vitest';
import type { Counts } from '../../lib/judge/row.ts';
import { hear } from '../../lib/judge/silence.ts';
import { moveSplit, NO_SPLIT, type SplitState, splitCause } from '../../lib/judge/split.ts';
import type { Stage } from '../../lib/judge/verdict.ts';
import { times } from './fold.ts';
import { counts, row } from './rows.ts';

const after = (rows: number, candidate: number, baseline: number, weight = 10, stage: Stage = 'bake'): SplitState =>
  times(rows, (i) => row(i, counts(candidate), counts(baseline), weight)).reduce(
    (split, each) => moveSplit(split, each, stage),
    NO_SPLIT,
  );
const off = (...given: Parameters<typeof after>) => splitCause(after(...given), given[3] ?? 10) !== undefined;

describe('the split', () => {
  it('is off with the tenth row that says so, and not before', () => {
    expect([off(9, 200, 800), off(10, 200, 800)]).toEqual([false, true]);
    expect(splitCause(after(10, 200, 800), 10)).toEqual({
      code: 'SPLIT_OFF',
      weight: 10,
      seenPercent: 20,
      requests: 10_000,
    });
    expect(splitCause(after(10, 100, 900), 10)).toBeUndefined();
    expect(splitCause(after(10, 200, 800), 100)).toBeUndefined();
  });

  it('is off by more than a quarter, to either side', () => {
    expect([off(10, 1250, 8750), off(10, 1260, 8740)]).toEqual([false, true]);
    expect([off(10, 760, 9240), off(10, 740, 9260)]).toEqual([false, true]);
  });

  it('is off by more than five standard errors', () => {
    // At 50 % one is 0.5/√n: with 100 requests in six blocks of ten a quarter more is 3.1 of them.
    expect([off(60, 7, 3, 50), off(60, 8, 2, 50)]).toEqual([true, true]);
    expect([off(10, 7, 3, 50), off(10, 9, 1, 50)]).toEqual([false, true]);
    expect([off(10, 76, 24, 50), off(10, 74, 26, 50)]).toEqual([true, true]);
    expect([off(10, 63, 37, 50), off(10, 62, 38, 50)]).toEqual([true, false]);
  });

  it('needs 25 expected requests on each side', () => {
    expect([off(10, 10, 14, 10), off(10, 10, 15, 10)]).toEqual([false, true]);
    expect([off(10, 14, 12, 90), off(10, 13, 11, 90)]).toEqual([true, false]);
  });

  it('takes the newest ten rows where they are many, and the last sixty where they are few', () => {
    const mended = times(10, (i) => row(i, counts(200), counts(1800))).reduce(
      (split, each) => moveSplit(split, each, 'bake'),
      after(50, 400, 1600),
    );
    expect(splitCause(mended, 10)).toBeUndefined();
    const few = times(10, (i) => row(i, counts(1), counts(9))).reduce(
      (split, each) => moveSplit(split, each, 'bake'),
      after(50, 4, 16),
    );
    expect(splitCause(few, 10)).toMatchObject({ requests: 1100, seenPercent: (100 * 210) / 1100 });
    expect(few.blocks.length).toBe(NO_SPLIT.blocks.length);
    const gone = times(60, (i) => row(i, counts(1), counts(9))).reduce(
      (split, each) => moveSplit(split, each, 'bake'),
      few,
    );
    expect(splitCause(gone, 10)).toBeUndefined();
  });

  it('is not looked at before the bake, at weight 100, and in rows without counts or requests', () => {
    expect([off(60, 200, 800, 10, 'warmUp'), after(60, 200, 800, 100).rows]).toEqual([false, 0]);
    const nothing = [row(0, null, counts(9)), row(0, counts(9), null), row(0, counts(0), counts(0))];
    expect(nothing.map((each) => moveSplit(NO_SPLIT, each, 'bake'))).toEqual([NO_SPLIT, NO_SPLIT, NO_SPLIT]);
  });
});

describe('silence', () => {
  const heard = (candidate: Counts | null, baseline: Counts | null, before = 0, stage: Stage = 'bake', weight = 10) =>
    hear(before, row(0, candidate, baseline, weight), stage);
  const some = counts(100);

  it('of the candidate is a cause from 25 expected requests on, and counts against the hold’s end', () => {
    expect(heard(counts(0), counts(216))).toEqual({ expected: 24, cause: undefined, neutral: false });
    expect(heard(null, counts(225))).toEqual({
      expected: 25,
      cause: { code: 'NO_DATA', minute: row(0, null, null).minute, expectedRequests: 25 },
      neutral: false,
    });
    expect(heard(null, counts(9), 24)).toMatchObject({ expected: 25, cause: { code: 'NO_DATA' } });
  });

  it('is over with the first request, and is none before the bake or at weight 100', () => {
    const nothing = { expected: 0, cause: undefined, neutral: false };
    expect(heard(counts(1), counts(9), 24)).toEqual(nothing);
    expect(heard(null, some, 24, 'warmUp')).toEqual(nothing);
    expect(heard(null, some, 24, 'bake', 100)).toEqual(nothing);
  });

  it('of both sides says nothing, and of CloudWatch itself that we are blind', () => {
    expect(heard(counts(0), counts(0), 7)).toEqual({ expected: 7, cause: undefined, neutral: true });
    const blind = (candidate: Counts | null, baseline: Counts | null, hosts: boolean) =>
      hear(7, { ...row(0, candidate, baseline), hosts }, 'bake').cause?.code;
    expect([blind(null, null, false), blind(null, null, true)]).toEqual(['BLIND', undefined]);
    expect([blind(some, null, false), blind(null, some, false), blind(some, some, false)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(hear(7, { ...row(0, null, null), hosts: false }, 'bake')).toMatchObject({ expected: 7, neutral: false });
  });
});
