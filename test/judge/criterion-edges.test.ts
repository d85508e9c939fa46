/** Where a criterion turns from one verdict to another: at its bounds, in half of the minutes, with enough blocks. */
import { describe, expect, it } from 'vitest';
import { assessCriterion, isProvenFail, type Look } from '../../lib/judge/criterion.ts';
import { type Products, seeRatio } from '../../lib/judge/ratio.ts';
import { layoutOf } from '../../lib/judge/tally.ts';
import type { Criterion } from '../../lib/plan/claim.ts';
import { DAY_BEFORE, times } from './fold.ts';
import { planWith } from './plan.ts';

const REVENUE = 'Revenue in Learn/Business (Variant ultra-fast and original)';
const LEVEL = { clumpiness: 3, beta: 0.05 };

/** A look at rows and minutes with traffic, then whatever the one criterion's own sums are. */
const lookOf = (criterion: Criterion, tally: readonly number[], revenue: Products = [], minutes = 120): Look => {
  const plan = planWith({});
  const layout = layoutOf(plan, { advance: [criterion], daily: false, weight: 100 });
  return { plan, criteria: [criterion], layout, tally, revenue, level: LEVEL, before: DAY_BEFORE, minutes };
};
const criterionOf = (claim: Criterion['claim'], not = false): Criterion => ({ text: 'x', metric: 'y', not, claim });
const assess = (...[criterion, tally, revenue, minutes]: Parameters<typeof lookOf>) =>
  assessCriterion(lookOf(criterion, tally, revenue, minutes), criterion, 'none');

describe('a criterion with `not`', () => {
  const not = criterionOf({ kind: 'share', share: 'failures', side: 'above', limit: 0.01 }, true);

  it('does not pass without a minute of traffic, and passes with one', () => {
    expect(assess(not, [0, 0, 0, 0, 0]).verdict).toBe('insufficient');
    expect(assess(not, [1, 1, 9, 0, 0])).toMatchObject({ verdict: 'pass', missing: undefined, more: undefined });
    expect(assess(not, [1, 1, 9, 0, 1]).verdict).toBe('insufficient');
  });

  it('of a share that is proven lacks no metric, though it seldom was there', () => {
    const below = criterionOf({ kind: 'share', share: 'failures', side: 'below', limit: 0.01 });
    expect(assess(below, [9, 9, 9000, 0, 8])).toMatchObject({ verdict: 'pass', missing: undefined });
    expect(assess(below, [9, 9, 90, 0, 8]).missing).toMatch(/was there in only 1 of 9 minutes$/);
  });

  it('of a claim that its share is below a limit fails when that is proven', () => {
    const below = criterionOf({ kind: 'share', share: 'failures', side: 'below', limit: 0.01 }, true);
    expect(assess(below, [9, 9, 9000, 0, 0]).verdict).toBe('fail');
    expect(isProvenFail(lookOf(below, [9, 9, 9000, 0, 0]), below)).toBe(true);
    expect(isProvenFail(lookOf(below, [9, 9, 9000, 900, 0]), below)).toBe(false);
  });
});

describe('a gauge', () => {
  const gauge = (side: 'below' | 'above', not = false) =>
    criterionOf({ kind: 'gauge', gauge: 'cpu', side, limit: 80 }, not);
  /** Rows, minutes with traffic, minutes with the gauge, its sum. */
  const of = (criterion: Criterion, minutes: number, value: number, rows = minutes, bake = minutes) =>
    assess(criterion, [rows, rows, minutes, minutes * value], [], bake);

  it('is on neither side of its limit at it', () => {
    expect([79.9, 80, 80.1].map((value) => of(gauge('below'), 10, value).verdict)).toEqual(['pass', 'fail', 'fail']);
    expect([79.9, 80, 80.1].map((value) => of(gauge('above'), 10, value).verdict)).toEqual(['fail', 'fail', 'pass']);
    expect([79.9, 80, 80.1].map((value) => of(gauge('above', true), 10, value).verdict)).toEqual([
      'pass',
      'pass',
      'fail',
    ]);
  });

  it('needs half of the minutes of the bake, or of the rows where those are more', () => {
    expect(of(gauge('below'), 5, 70, 9, 11)).toMatchObject({ verdict: 'insufficient', more: 1, missing: undefined });
    expect(of(gauge('below'), 6, 70, 9, 11)).toMatchObject({ verdict: 'pass', more: undefined });
    expect(of(gauge('below'), 6, 70, 13, 11)).toMatchObject({ verdict: 'insufficient', more: 1 });
  });

  it('that was there in fewer than half of the rows is missing', () => {
    expect(of(gauge('below'), 4, 70, 8, 20).missing).toBeUndefined();
    expect(of(gauge('below'), 4, 70, 9, 20).missing).toMatch(/was there in only 4 of 9 minutes$/);
    expect(of(gauge('below'), 0, 70, 0, 20)).toMatchObject({ measured: null, more: 10, requests: 0 });
    expect(of(gauge('below'), 0, 70, 0, 20).missing).toMatch(/^Cpu in/);
    expect(of(gauge('below'), 0, 70, 0, 0).verdict).toBe('insufficient');
  });

  it('is no proven fail', () => {
    expect(isProvenFail(lookOf(gauge('below'), [9, 9, 9, 900]), gauge('below'))).toBe(false);
  });
});

describe('revenue', () => {
  /** So many blocks alike but for every other one's revenue, which is a tenth more or less. */
  const productsOf = (blocks: number, ratio: number): Products => {
    const all = times(blocks, (i) => [100 * ratio * (i % 2 === 0 ? 1.1 : 0.9), 1000, 900, 9000]);
    const products = [blocks];
    for (let column = 0; column < 4; column++) products.push(all.reduce((sum, block) => sum + (block[column] ?? 0), 0));
    for (let i = 0; i < 4; i++)
      for (let j = i; j < 4; j++) products.push(all.reduce((sum, block) => sum + (block[i] ?? 0) * (block[j] ?? 0), 0));
    return products;
  };
  const revenue = (side: 'below' | 'above', limit: number, not = false) =>
    criterionOf({ kind: 'ratio', side, limit }, not);
  const ROWS = [150, 150];
  const good = productsOf(24, 1.2);
  const { lower, upper } = seeRatio(good, LEVEL.beta);
  if (lower === null || upper === null) throw new Error('24 blocks have bounds');
  const verdicts = (make: (limit: number) => Criterion, limits: readonly number[], products = good) =>
    limits.map((limit) => assess(make(limit), ROWS, products).verdict);
  const proven = (make: (limit: number) => Criterion, limits: readonly number[], products = good) =>
    limits.map((limit) => isProvenFail(lookOf(make(limit), ROWS, products), make(limit)));
  const [below, above] = [lower - 1e-9, upper + 1e-9];

  it('is proven beyond a limit by its bounds, and not at them', () => {
    expect(verdicts((limit) => revenue('above', limit), [below, lower, upper, above])).toEqual([
      'pass',
      'insufficient',
      'insufficient',
      'fail',
    ]);
    expect(verdicts((limit) => revenue('below', limit), [below, lower, upper, above])).toEqual([
      'fail',
      'insufficient',
      'insufficient',
      'pass',
    ]);
    expect(verdicts((limit) => revenue('above', limit, true), [below, lower])).toEqual(['fail', 'pass']);
    expect(verdicts((limit) => revenue('below', limit, true), [upper, above])).toEqual(['pass', 'fail']);
  });

  it('is proven to fail by the same bounds', () => {
    expect(proven((limit) => revenue('above', limit), [upper, above])).toEqual([false, true]);
    expect(proven((limit) => revenue('below', limit), [below, lower])).toEqual([true, false]);
    expect(proven((limit) => revenue('above', limit, true), [below, lower])).toEqual([true, false]);
    expect(proven((limit) => revenue('below', limit, true), [upper, above])).toEqual([false, true]);
  });

  it('passes from 12 blocks on, and fails from 24 on', () => {
    const far = (side: 'below' | 'above', blocks: number, not = false) =>
      assess(revenue(side, 0, not), ROWS, productsOf(blocks, 5)).verdict;
    expect([far('above', 11), far('above', 12)]).toEqual(['insufficient', 'pass']);
    expect([far('below', 23), far('below', 24)]).toEqual(['insufficient', 'fail']);
    expect([far('above', 11, true), far('above', 23, true), far('above', 24, true)]).toEqual([
      'insufficient',
      'pass',
      'fail',
    ]);
    const isFail = (blocks: number) => proven(() => revenue('below', 0), [0], productsOf(blocks, 5))[0];
    expect([isFail(23), isFail(24)]).toEqual([false, true]);
    expect(proven(() => revenue('below', 0), [0], [])).toEqual([false]);
  });

  it('names the metric only where fewer than half of the blocks that are due came', () => {
    const lack = (blocks: number, rows: number) =>
      assess(revenue('above', 0), [rows, rows], productsOf(blocks, 1)).missing;
    // Of 60 rows ten blocks are due: the newest two of twelve may not have settled.
    expect([lack(5, 60), lack(5, 64)]).toEqual([undefined, undefined]);
    expect(lack(4, 60)).toBe(`${REVENUE} was there in only 4 of 10 blocks of 5 minutes`);
    expect(lack(5, 65)).toBe(`${REVENUE} was there in only 5 of 11 blocks of 5 minutes`);
    expect(assess(revenue('above', 0), [5, 5], []).missing).toBeUndefined();
    expect(assess(revenue('above', 0), [20, 20], productsOf(2, 0).with(3, 0)).missing).toBe(REVENUE);
    expect(lack(24, 60)).toBeUndefined();
    expect(lack(24, 1000)).toBeUndefined();
    expect(assess(revenue('above', 0), [1000, 1000], productsOf(24, 5))).toMatchObject({
      verdict: 'pass',
      missing: undefined,
    });
  });

  it('that cannot be compared proves nothing, whatever the limit', () => {
    const nothing = productsOf(24, 1).with(3, 0);
    for (const not of [revenue('above', -0.03, true), revenue('below', 0.03, true)]) {
      expect(assess(not, ROWS, nothing)).toMatchObject({ verdict: 'insufficient', measured: null });
      expect(isProvenFail(lookOf(not, ROWS, nothing), not)).toBe(false);
    }
  });

  it('says how many blocks are wanting, and that they are blocks', () => {
    expect(assess(revenue('above', 0), ROWS, productsOf(3, 1))).toMatchObject({
      verdict: 'insufficient',
      requests: 3,
      of: 'blocks',
      more: 9,
      bad: null,
      asymptotic: true,
    });
    expect(assess(revenue('above', 0), ROWS, productsOf(30, 0).with(3, 0)).more).toBe(1);
    expect(assess(revenue('above', 0), ROWS, productsOf(24, 5)).more).toBeUndefined();
  });
});

describe('segments', () => {
  const plan = planWith({});
  /** Rows, minutes with traffic, minutes with segments, then candidate total and bad, baseline total and bad of each. */
  const lookAt = (criterion: Criterion, minutes: number, mine: number, elsewhere: number): Look => ({
    ...lookOf(criterion, [60, 60, minutes, 36_000, mine, 324_000, 360, 36_000, elsewhere, 324_000, 360]),
    layout: layoutOf(plan, { advance: [criterion], daily: false, weight: 10 }),
  });
  const ratio = (side: 'below' | 'above', limit: number) => criterionOf({ kind: 'segmentRatio', side, limit });
  const both = (criterion: Criterion, elsewhere: number) => {
    const look = lookAt(criterion, 60, 40, elsewhere);
    return [assessCriterion(look, criterion, 'none').verdict, isProvenFail(look, criterion)];
  };

  it('are proven on either side of a limit', () => {
    expect(both(ratio('below', 20), 40)).toEqual(['pass', false]);
    expect(both(ratio('above', 20), 40)).toEqual(['fail', true]);
    expect(both(ratio('above', 2), 400)).toEqual(['pass', false]);
    expect(both(ratio('below', 2), 400)).toEqual(['fail', true]);
  });

  it('are not proven to fail where none has a say', () => {
    const few = planWith({ segments: { minimumRequests: 36_001 } });
    for (const criterion of [ratio('above', 20), ratio('below', 2)])
      expect(isProvenFail({ ...lookAt(criterion, 60, 40, 400), plan: few }, criterion)).toBe(false);
  });

  it('lack the metric that was there in fewer than half of the minutes, unless the claim is proven all the same', () => {
    const missing = (criterion: Criterion, minutes: number) =>
      assessCriterion(lookAt(criterion, minutes, 40, 40), criterion, 'none').missing;
    expect(missing(ratio('below', 1.01), 29)).toMatch(/^Requests in .* was there in only 29 of 60 minutes$/);
    expect(missing(ratio('below', 1.01), 30)).toBeUndefined();
    expect(missing(ratio('below', 20), 29)).toBeUndefined();
  });
});

describe('two shares', () => {
  it('are judged each by its own counts', () => {
    const failures = criterionOf({ kind: 'share', share: 'failures', side: 'below', limit: 0.01 });
    const slow = criterionOf({ kind: 'share', share: 'slow:200ms', side: 'below', limit: 0.01 });
    const look: Look = {
      ...lookOf(failures, [9, 9, 9000, 1, 0, 8000, 2, 0]),
      layout: layoutOf(planWith({}), { advance: [failures, slow], daily: false, weight: 100 }),
    };
    expect(assessCriterion(look, failures, 'none')).toMatchObject({ requests: 9000, bad: 1 });
    expect(assessCriterion(look, slow, 'none')).toMatchObject({ requests: 8000, bad: 2 });
  });
});

describe('open incidents', () => {
  const criterion = criterionOf({ kind: 'noIncidents' });

  it('are told with the rows that were seen, and named where their state is not known', () => {
    const look = lookOf(criterion, [7, 5]);
    expect(assessCriterion(look, criterion, 'none')).toEqual({
      text: 'x',
      metric: 'y',
      claim: criterion.claim,
      kind: 'prove',
      verdict: 'pass',
      measured: null,
      lower: null,
      upper: null,
      bad: null,
      requests: 7,
      of: 'minutes',
      missing: undefined,
    });
    expect(assessCriterion(look, criterion, 'unknown').missing).toBe('the state of incidents');
    expect(isProvenFail(look, criterion)).toBe(false);
  });
});
