import { describe, expect, it } from 'vitest';
import {
  addBlock,
  type Block,
  type Gathered,
  gather,
  moreBlocks,
  NO_PRODUCTS,
  noneGathered,
  seeRatio,
} from '../../lib/judge/ratio.ts';
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

describe('blocks of revenue', () => {
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
