import { describe, expect, it } from 'vitest';
import { shareAbove, upperTail } from '../../lib/sim/log-normal.ts';
import {
  binomial,
  clumped,
  gamma,
  next,
  normal,
  poisson,
  seek,
  stream,
  streamKey,
  uniform,
} from '../../lib/sim/random.ts';

const DRAWS = 40_000;

/** Mean and variance of many draws. */
const moments = (draw: () => number): { readonly mean: number; readonly variance: number } => {
  let sum = 0;
  let squares = 0;
  for (let index = 0; index < DRAWS; index += 1) {
    const value = draw();
    sum += value;
    squares += value * value;
  }
  const mean = sum / DRAWS;
  return { mean, variance: squares / DRAWS - mean * mean };
};

/** Within five standard errors of the expected mean, and 6 % of the expected variance. */
const expectMoments = (draw: () => number, mean: number, variance: number): void => {
  const seen = moments(draw);
  expect(Math.abs(seen.mean - mean)).toBeLessThan(5 * Math.sqrt(variance / DRAWS));
  expect(Math.abs(seen.variance / variance - 1)).toBeLessThan(0.06);
};

describe('random streams', () => {
  it('give the same draws for the same seed and name', () => {
    const draws = (seed: number, name: string): number[] => {
      const generator = stream(seed, name);
      return Array.from({ length: 5 }, () => next(generator));
    };
    expect(draws(7, 'traffic')).toEqual(draws(7, 'traffic'));
    expect(draws(7, 'traffic')).not.toEqual(draws(8, 'traffic'));
    expect(draws(7, 'traffic')).not.toEqual(draws(7, 'people'));
  });

  it('go on after a copy as the original does', () => {
    const generator = stream(1, 'fork');
    normal(generator);
    const copy = structuredClone(generator);
    expect([normal(copy), uniform(copy)]).toEqual([normal(generator), uniform(generator)]);
  });

  it('are unrelated at neighbouring minutes', () => {
    const generator = stream(1, 'x');
    const key = streamKey(1, 'x');
    let product = 0;
    for (let index = 0; index < DRAWS; index += 1) {
      const here = uniform(seek(generator, key, index)) - 0.5;
      const there = uniform(seek(generator, key, index + 1)) - 0.5;
      product += here * there;
    }
    expect(Math.abs(product / DRAWS) * 12).toBeLessThan(5 / Math.sqrt(DRAWS));
  });
});

describe('draws', () => {
  it('of a uniform lie strictly between 0 and 1', () => {
    const generator = stream(2, 'uniform');
    expectMoments(() => uniform(generator), 0.5, 1 / 12);
  });

  it('of a normal have mean 0 and variance 1', () => {
    const generator = stream(2, 'normal');
    expectMoments(() => normal(generator), 0, 1);
  });

  it.each([0.02, 1, 12, 29, 31, 400])('of a Poisson with mean %d have that mean and variance', (mean) => {
    const generator = stream(3, `poisson ${mean}`);
    expectMoments(() => poisson(generator, mean), mean, mean);
  });

  it.each([
    [5, 0.3],
    [12_000, 0.0008],
    [12_000, 0.01],
    [12_000, 0.4],
    [100, 0.97],
  ])('of a binomial (%d, %d) have its mean and variance and never exceed n', (n, p) => {
    const generator = stream(4, `binomial ${n} ${p}`);
    expectMoments(
      () => {
        const drawn = binomial(generator, n, p);
        expect(drawn <= n).toBe(true);
        return drawn;
      },
      n * p,
      n * p * (1 - p),
    );
  });

  it.each([0.3, 1, 40])('of a gamma with shape %d have its mean and variance', (shape) => {
    const generator = stream(5, `gamma ${shape}`);
    expectMoments(() => gamma(generator, shape, 2), 2 * shape, 4 * shape);
  });

  it.each([
    [0.1, 2],
    [9.6, 2],
    [9.6, 5],
    [480, 2],
  ])('of clumps with mean %d have variance/mean %d', (mean, dispersion) => {
    const generator = stream(6, `clumped ${mean} ${dispersion}`);
    expectMoments(() => clumped(generator, mean, dispersion), mean, mean * dispersion);
  });
});

describe('log-normal tails', () => {
  it('agree with the tables', () => {
    expect(upperTail(0)).toBeCloseTo(0.5, 12);
    expect(upperTail(1.959963984540054)).toBeCloseTo(0.025, 12);
    expect(upperTail(-1)).toBeCloseTo(0.841344746068543, 12);
    expect(upperTail(4.264890793922825) / 1e-5).toBeCloseTo(1, 6);
  });

  it('put 1 % above the 99th percentile and half above the median', () => {
    expect(shareAbove(0.046, 0.008, 0.046)).toBeCloseTo(0.01, 10);
    expect(shareAbove(0.008, 0.008, 0.046)).toBeCloseTo(0.5, 10);
  });
});
