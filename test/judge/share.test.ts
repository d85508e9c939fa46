/** What one minute says about a share, and what the sums of many prove. */
import { describe, expect, it } from 'vitest';
import { addSums, badOf, countShare, isProven, moreToProve, sourceOf } from '../../lib/judge/share.ts';
import { planWith } from './plan.ts';
import { counts, row } from './rows.ts';

const plan = planWith({});
const failures = sourceOf(plan, 'failures');
const slow = sourceOf(plan, 'slow:200ms');
const unavailable = sourceOf(plan, 'unavailable');
const candidate = counts(100, { failures: 2, unavailable: 3, slow: 4 });
const baseline = counts(900, { failures: 9, unavailable: 18, slow: 27 });
const none = counts(0);

describe('a minute', () => {
  it('is there for a share when both sides had requests', () => {
    const minutes = (...sides: [typeof candidate | null, typeof candidate | null, number?]) =>
      countShare(failures, row(0, ...sides))?.[4];
    expect([minutes(candidate, baseline), minutes(none, baseline), minutes(candidate, none)]).toEqual([1, 0, 0]);
    expect([minutes(none, none), minutes(candidate, null), minutes(null, baseline)]).toEqual([0, 0, undefined]);
  });

  it('needs no baseline at weight 100', () => {
    expect(countShare(failures, row(0, candidate, null, 100))).toEqual([100, 2, 0, 0, 1]);
    expect(countShare(failures, row(0, none, baseline, 100))).toEqual([0, 0, 0, 0, 0]);
  });

  it('says nothing of a net share without its baseline', () => {
    expect(countShare(unavailable, row(0, candidate, null))).toBeUndefined();
    expect(countShare(unavailable, row(0, candidate, counts(900, { unavailable: null })))).toBeUndefined();
    expect(countShare(unavailable, row(0, candidate, baseline))).toEqual([100, 3, 900, 18, 1]);
    const connections = sourceOf(planWith({ availability: 'connectionErrors' }), 'unavailable');
    expect([unavailable.net, connections.net, failures.net]).toEqual([true, false, false]);
    expect(countShare(connections, row(0, candidate, null))).toEqual([100, 3, 0, 0, 0]);
  });

  it('counts slow answers of those that were answered, and none where the threshold was not counted', () => {
    const few = { ...candidate, responses: 3 };
    expect(countShare(slow, row(0, few, baseline))).toEqual([3, 3, 900, 27, 1]);
    expect(countShare(slow, row(0, { ...candidate, slow: {} }, baseline))).toBeUndefined();
    expect(countShare(slow, row(0, candidate, { ...baseline, slow: {} }))).toEqual([100, 4, 0, 0, 0]);
  });

  it('has no more failures than requests', () => {
    expect(countShare(failures, row(0, counts(3, { failures: 5 }), baseline))?.[1]).toBe(3);
  });
});

describe('sums', () => {
  it('add up column by column', () => {
    expect(addSums([1, 2, 3, 4, 5], [10, 20, 30, 40, 50])).toEqual([11, 22, 33, 44, 55]);
  });

  it('excuse of a net share what the baseline shows, or what it used to show, and never go below nothing', () => {
    expect(badOf([100, 5, 1000, 20, 1], true, null)).toBe(3);
    expect(badOf([100, 5, 0, 0, 1], true, 0.01)).toBe(4);
    expect(badOf([100, 5, 0, 0, 1], true, null)).toBe(5);
    expect(badOf([100, 5, 1000, 20, 1], false, 0.01)).toBe(5);
    expect(badOf([100, 1, 1000, 500, 1], true, null)).toBe(0);
    expect(badOf([100, 5, 1000, -20, 1], true, null)).toBe(5);
    expect(badOf([100, 150, 0, 0, 1], true, null)).toBe(100);
  });

  it('prove a claim on its own side, and tell how many more would', () => {
    const level = { clumpiness: 1, beta: 0.05 };
    expect([isProven('below', 0, 400, 0.01, level), isProven('above', 0, 400, 0.01, level)]).toEqual([true, false]);
    expect([isProven('below', 30, 400, 0.01, level), isProven('above', 30, 400, 0.01, level)]).toEqual([false, true]);
    expect(moreToProve('below', 0, 0, 0.01, level)).toBe(351);
    expect(moreToProve('above', 3, 100, 0.01, level)).toBe(231);
    expect(moreToProve('below', 3, 100, 0.01, level)).toBe('never');
  });
});
