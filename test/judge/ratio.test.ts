import { describe, expect, it } from 'vitest';
import {
  addBlock,
  type Block,
  type Gathered,
  gather,
  moreBlocks,
  NO_PRODUCTS,
  noneGathered,
  salesOf,
  seeApart,
  seeRatio,
  testRatio,
} from '../../lib/judge/ratio.ts';
import { studentTails } from '../../lib/judge/tails.ts';
import { times } from './fold.ts';
import { businessRow, type Draw, drawFrom, poisson } from './rows.ts';

const blocksOf = (draw: Draw, length: number, effect = 1): Block[] =>
  Array.from({ length }, () => {
    const sell = (requests: number, factor: number): number => {
      let revenue = 0;
      for (let orders = poisson(draw, requests * 0.02 * factor); orders > 0; orders--)
        revenue += -40 * Math.log(draw());
      return revenue;
    };
    const requests = poisson(draw, 600);
    const baselineRequests = poisson(draw, 5400);
    return [5, sell(requests, effect), requests, sell(baselineRequests, 1), baselineRequests];
  });

const fold = (blocks: readonly Block[]) => blocks.reduce(addBlock, NO_PRODUCTS);

describe('the ratio of revenue per request', () => {
  it('has the standard error that the residuals of the blocks, kept one by one, give', () => {
    const blocks = blocksOf(drawFrom(1), 60);
    const total = (column: 1 | 2 | 3 | 4) => blocks.reduce((sum, block) => sum + block[column], 0);
    const [revenue, requests, theirs, baseline] = [total(1), total(2), total(3), total(4)];
    const residuals = blocks.map(
      (block) => 60 * (block[1] / revenue - block[2] / requests - block[3] / theirs + block[4] / baseline),
    );
    const deviation = Math.sqrt(residuals.reduce((sum, one) => sum + one * one, 0) / 59);
    const { measured, lower, upper } = seeRatio(fold(blocks), 0.05);
    const log = Math.log(revenue / requests / (theirs / baseline));
    // What is kept has 12 digits.
    expect(measured).toBeCloseTo(Math.expm1(log), 9);
    // The half-width of the confidence sequence, from the paper, tuned at 24 blocks.
    const tuned = (2 * Math.log(20) + Math.log(2 * Math.log(20) + 1)) / 24;
    const width = Math.sqrt(((2 * (60 * tuned + 1)) / (60 * 60 * tuned)) * Math.log(Math.sqrt(60 * tuned + 1) / 0.05));
    expect(Math.log1p(upper ?? 0) - log).toBeCloseTo(width * deviation, 9);
    expect(log - Math.log1p(lower ?? 0)).toBeCloseTo(width * deviation, 9);
  });

  it('is wrong at some look from 24 blocks on in at most 5 % of healthy rollouts', () => {
    let wrong = 0;
    for (let seed = 1; seed <= 150; seed++) {
      let products = NO_PRODUCTS;
      const isWrong = blocksOf(drawFrom(seed), 288).some((block, i) => {
        products = addBlock(products, block);
        const { lower, upper } = seeRatio(products, 0.05);
        return i >= 23 && ((lower ?? -1) > 0 || (upper ?? 1) < 0);
      });
      if (isWrong) wrong += 1;
    }
    expect(wrong).toBeLessThanOrEqual(7);
  });

  it('finds a fall of 40 % at once and one of 15 % within a day', () => {
    const upper = (effect: number, length: number) =>
      seeRatio(fold(blocksOf(drawFrom(5), length, effect)), 0.05).upper ?? 1;
    expect(upper(0.6, 24)).toBeLessThan(-0.03);
    expect(upper(0.85, 24)).toBeGreaterThan(-0.03);
    expect(upper(0.85, 288)).toBeLessThan(-0.03);
  });

  it('says nothing without requests, revenue to compare with, or a second block', () => {
    expect(seeRatio(NO_PRODUCTS, 0.05)).toEqual({ blocks: 0, measured: null, lower: null, upper: null });
    expect(seeRatio(fold([[5, 10, 100, 0, 900]]), 0.05).measured).toBeNull();
    expect(seeRatio(fold([[5, 10, 100, 90, 900]]), 0.05)).toEqual({ blocks: 1, measured: 0, lower: null, upper: null });
  });

  it('says how many more blocks would do, and they do', () => {
    const blocks = blocksOf(drawFrom(9), 30);
    const more = moreBlocks(fold(blocks), 0.05, 'above', -0.2);
    if (more === 'never') throw new Error('a limit 20 % away is within reach');
    const products = fold(blocks);
    const grown = products.map((value) => (value * (30 + more)) / 30);
    expect(seeRatio(grown, 0.05).lower).toBeGreaterThan(-0.2);
  });
});

/** What the residuals of the blocks, kept one by one, have for a variance. */
const varianceOf = (blocks: readonly Block[], residual: (block: Block) => number): number =>
  blocks.reduce((sum, block) => sum + (blocks.length * residual(block)) ** 2, 0) / (blocks.length - 1);
const total = (blocks: readonly Block[], column: 1 | 2 | 3 | 4) =>
  blocks.reduce((sum, block) => sum + block[column], 0);
const widthAt = (blocks: number, alpha: number) => {
  const scaled = (blocks * (-2 * Math.log(alpha) + Math.log(-2 * Math.log(alpha) + 1))) / 24;
  return Math.sqrt(((2 * (scaled + 1)) / (blocks * scaled)) * Math.log(Math.sqrt(scaled + 1) / alpha));
};

describe('a candidate without revenue', () => {
  const blocks = blocksOf(drawFrom(2), 30, 0);

  it('is bounded by the noise of the baseline, scaled to its own requests', () => {
    const [requests, theirs, baseline] = [total(blocks, 2), total(blocks, 3), total(blocks, 4)];
    const noise = Math.sqrt((varianceOf(blocks, (b) => b[3] / theirs - b[4] / baseline) * baseline) / requests);
    const seen = seeRatio(fold(blocks), 0.05);
    expect(seen).toMatchObject({ blocks: 30, measured: -1, lower: -1 });
    expect(seen.upper).toBeCloseTo(-1 + widthAt(30, 0.05) * noise, 8);
  });

  it('has no upper bound before its second block', () => {
    expect(seeRatio(fold(blocks.slice(0, 1)), 0.05)).toMatchObject({ measured: -1, lower: -1, upper: null });
    expect(seeRatio(fold(blocks.slice(0, 2)), 0.05).upper).toBeGreaterThan(-1);
  });

  it('has at most one block to wait for from the twelfth on', () => {
    expect(moreBlocks(fold(blocks), 0.05, 'above', -0.2)).toBe(1);
    expect(moreBlocks(fold(blocks.slice(0, 5)), 0.05, 'above', -0.2)).toBe(7);
  });
});

describe('the test of no difference', () => {
  const blocks = blocksOf(drawFrom(3), 40, 0.7);

  it('has the standard error of the residuals, and the evidence of the normal mixture', () => {
    const [revenue, requests, theirs, baseline] = [
      total(blocks, 1),
      total(blocks, 2),
      total(blocks, 3),
      total(blocks, 4),
    ];
    const perBlock = varianceOf(blocks, (b) => b[1] / revenue - b[2] / requests - b[3] / theirs + b[4] / baseline);
    const error = Math.sqrt(perBlock / 40);
    const z = Math.log(revenue / requests / (theirs / baseline)) / error;
    const scaled = (40 * (-2 * Math.log(0.01) + Math.log(-2 * Math.log(0.01) + 1))) / 24;
    const seen = testRatio(fold(blocks));
    expect(seen?.standardError).toBeCloseTo(error, 9);
    expect(seen?.p).toBeCloseTo(studentTails(z, 39), 9);
    expect(seen?.logEvidence).toBeCloseTo(((z * z) / 2) * (scaled / (scaled + 1)) - Math.log1p(scaled) / 2, 6);
    expect(seen?.p).toBeLessThan(0.05);
  });

  it('is not made with fewer than twelve blocks, or where a side has nothing, or nothing varies', () => {
    const products = fold(blocks);
    expect(testRatio(fold(blocks.slice(0, 11)))).toBeUndefined();
    expect(testRatio(fold(blocks.slice(0, 12)))).toBeDefined();
    for (const column of [1, 2, 3, 4]) expect(testRatio(products.with(column, 0))).toBeUndefined();
    expect(testRatio(fold(times(16, () => [5, 16, 128, 64, 512] as const)))).toBeUndefined();
  });
});

describe('blocks that are wanting', () => {
  const steady = (blocks: number, revenue: number) => fold(times(blocks, () => [5, revenue, 100, 90, 900] as const));

  it('are those up to the twelfth while nothing else is known', () => {
    expect(moreBlocks(NO_PRODUCTS, 0.05, 'above', 0)).toBe(12);
    expect(moreBlocks(fold([[5, 20, 100, 90, 900]]), 0.05, 'above', 0.5)).toBe(11);
    expect(moreBlocks(steady(5, 12), 0.05, 'above', 0.1)).toBe(7);
  });

  it('would be enough on the measured side of the limit, and a tenth fewer would not', () => {
    const blocks = blocksOf(drawFrom(9), 30);
    const products = fold(blocks);
    const grown = (to: number) =>
      seeRatio(
        products.map((value) => (value * to) / 30),
        0.05,
      );
    const measured = seeRatio(products, 0.05).measured ?? 0;
    for (const side of ['above', 'below'] as const) {
      const limit = measured + (side === 'above' ? -0.15 : 0.15);
      const more = Number(moreBlocks(products, 0.05, side, limit));
      const isProven = ({ lower, upper }: ReturnType<typeof seeRatio>) =>
        side === 'above' ? (lower ?? -1) > limit : (upper ?? 1) < limit;
      expect([side, isProven(grown(30 + more)), isProven(grown(0.9 * (30 + more)))]).toEqual([side, true, false]);
    }
  });

  it('are none on the other side of the limit', () => {
    const products = fold(blocksOf(drawFrom(9), 30));
    const measured = seeRatio(products, 0.05).measured ?? 0;
    expect(moreBlocks(products, 0.05, 'above', measured + 0.01)).toBe('never');
    expect(moreBlocks(products, 0.05, 'below', measured - 0.01)).toBe('never');
    expect(moreBlocks(products, 0.05, 'below', measured)).toBe('never');
  });
});

describe('blocks of revenue', () => {
  it('need revenue and requests of both sides', () => {
    const known = { revenue: 80, requests: 100 };
    expect(salesOf(businessRow(0, known, { revenue: 800, requests: 900 }))).toEqual([80, 100, 800, 900]);
    for (const lacking of ['revenue', 'requests']) {
      expect(salesOf(businessRow(0, { ...known, [lacking]: null }, known))).toBeUndefined();
      expect(salesOf(businessRow(0, known, { ...known, [lacking]: null }))).toBeUndefined();
    }
  });

  it('compare nothing without requests of a side, or revenue of the baseline', () => {
    for (const block of [
      [5, 10, 0, 90, 900],
      [5, 10, 100, 90, 0],
      [5, 10, 100, 0, 900],
    ] as const)
      expect(seeRatio(fold([block, block]), 0.05)).toEqual({ blocks: 2, measured: null, lower: null, upper: null });
    expect(seeRatio(fold(blocksOf(drawFrom(1), 2)), 0.05).lower).not.toBeNull();
  });

  const minute = (i: number, revenue: number | null = 80) =>
    businessRow(i, { revenue, requests: 100 }, { revenue: 800, requests: 900 });
  const gathered = (indices: readonly number[]): Gathered =>
    indices.reduce<Gathered>((so, i) => gather(so, minute(i)), noneGathered(true));
  const countOf = ({ revenue }: Gathered) => revenue[0] ?? 0;

  it('are complete when their five minutes of the clock are over, however late the first minute came', () => {
    for (const first of [0, 1, 2, 3, 4]) {
      const upTo = (last: number) => countOf(gathered(times(last - first + 1, (i) => first + i)));
      expect([upTo(4), upTo(8), upTo(9), upTo(14)]).toEqual([1, 1, 2, 3]);
    }
  });

  it('a first block of fewer minutes counts with the requests it has', () => {
    expect(gathered([3, 4]).revenue.slice(0, 5)).toEqual([1, 160, 200, 1600, 1800]);
    expect(gathered([4]).block).toEqual([0, 0, 0, 0, 0]);
  });

  it('a missing last minute is made up for by the next row, and whole missing blocks are none', () => {
    expect(countOf(gathered([0, 1, 2, 3]))).toBe(0);
    expect(countOf(gathered([0, 1, 2, 3, 5]))).toBe(1);
    expect(countOf(gathered([0, 1, 17]))).toBe(1);
    expect(countOf(gathered([0, 9]))).toBe(2);
    expect(gathered([0, 17]).revenue.slice(1, 3)).toEqual([80, 100]);
  });

  it('a minute without revenue is left out, and still tells the time', () => {
    const first = times(4, (i) => minute(i)).reduce<Gathered>(gather, noneGathered(true));
    expect(gather(first, minute(4, null)).revenue.slice(0, 3)).toEqual([1, 320, 400]);
    expect(countOf(times(20, (i) => minute(i, null)).reduce<Gathered>(gather, noneGathered(true)))).toBe(0);
  });

  it('keep twelve digits', () => {
    const draw = drawFrom(4);
    const rows = times(300, (i) => minute(i, Math.round(draw() * 10_000) / 100));
    const { revenue } = rows.reduce<Gathered>(gather, noneGathered(true));
    for (const value of revenue) expect(String(value).length).toBeLessThanOrEqual(13);
  });
});

describe('revenue per request at two times', () => {
  const [before, now] = [blocksOf(drawFrom(6), 40), blocksOf(drawFrom(7), 25, 0.9)];
  const seen = seeApart(fold(now), fold(before), 0.05);

  it("is the candidate's now against the baseline's then, and nothing else of the blocks", () => {
    const perRequest = total(now, 1) / total(now, 2) / (total(before, 3) / total(before, 4));
    expect(seen).toMatchObject({ blocks: 25 });
    expect(seen.measured).toBeCloseTo(perRequest - 1, 9);
    const others = (blocks: readonly Block[], columns: readonly number[]) =>
      blocks.map((block): Block => block.map((value, at) => (columns.includes(at) ? 1 : value)) as unknown as Block);
    expect(seeApart(fold(others(now, [3, 4])), fold(others(before, [1, 2])), 0.05)).toEqual(seen);
  });

  it('has the noise of both sides added up, each bounded at half the level', () => {
    const ours = Math.sqrt(varianceOf(now, (b) => b[1] / total(now, 1) - b[2] / total(now, 2)));
    const theirs = Math.sqrt(varianceOf(before, (b) => b[3] / total(before, 3) - b[4] / total(before, 4)));
    const half = widthAt(25, 0.025) * ours + widthAt(40, 0.025) * theirs;
    const log = Math.log1p(seen.measured ?? Number.NaN);
    expect(Math.log1p(seen.upper ?? Number.NaN) - log).toBeCloseTo(half, 9);
    expect(log - Math.log1p(seen.lower ?? Number.NaN)).toBeCloseTo(half, 9);
  });

  it('is not known while one of the four sums is nothing', () => {
    const unknown = { measured: null, lower: null, upper: null };
    for (const column of [1, 2])
      expect(seeApart(fold(now).with(column, 0), fold(before), 0.05)).toEqual({ blocks: 25, ...unknown });
    for (const column of [3, 4])
      expect(seeApart(fold(now), fold(before).with(column, 0), 0.05)).toEqual({ blocks: 25, ...unknown });
    expect(seeApart(NO_PRODUCTS, fold(before), 0.05)).toEqual({ blocks: 0, ...unknown });
    expect(seeApart([], [], 0.05)).toEqual({ blocks: 0, ...unknown });
  });

  it('has bounds from the second block of each side on', () => {
    const boundsOf = (ofNow: number, ofBefore: number) =>
      seeApart(fold(now.slice(0, ofNow)), fold(before.slice(0, ofBefore)), 0.05);
    for (const seenOnce of [boundsOf(1, 2), boundsOf(2, 1)]) {
      expect(seenOnce.measured).not.toBeNull();
      expect([seenOnce.lower, seenOnce.upper]).toEqual([null, null]);
    }
    const { lower, measured, upper } = boundsOf(2, 2);
    expect(lower).toBeLessThan(measured ?? Number.NaN);
    expect(upper).toBeGreaterThan(measured ?? Number.NaN);
  });
});
