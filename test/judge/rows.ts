/** Rows for the judge's tests: written by hand, or drawn from a seed. */
import { type BusinessCounts, type BusinessRow, type Counts, minuteText, type Row } from '../../lib/judge/row.ts';

const START = Date.UTC(2025, 9, 31, 12, 0);

export const minuteAt = (index: number): string => minuteText(START + index * 60_000);

interface Bad {
  readonly failures?: number;
  readonly unavailable?: number | null;
  /** Answers slower than 200 ms. */
  readonly slow?: number;
}

export const counts = (requests: number, { failures = 0, unavailable = 0, slow = 0 }: Bad = {}): Counts => ({
  requests,
  failures,
  unavailable,
  responses: requests,
  slow: { '200ms': slow, '250ms': slow },
});

export const row = (index: number, candidate: Counts | null, baseline: Counts | null, weight = 10): Row => ({
  minute: minuteAt(index),
  weight,
  candidate,
  baseline,
  hosts: true,
});

const NO_BUSINESS: BusinessCounts = { requests: null, revenue: null, orders: null, segments: {}, gauges: {} };

export const businessRow = (
  index: number,
  candidate: Partial<BusinessCounts>,
  baseline: Partial<BusinessCounts> = {},
  weight = 10,
): BusinessRow => ({
  minute: minuteAt(index),
  weight,
  candidate: { ...NO_BUSINESS, ...candidate },
  baseline: { ...NO_BUSINESS, ...baseline },
});

export type Draw = () => number;

/** Uniform numbers in (0, 1): mulberry32. */
export const drawFrom = (seed: number): Draw => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 4294967296;
  };
};

/** Poisson; beyond 50 its normal approximation. */
export const poisson = (draw: Draw, mean: number): number => {
  if (mean > 50) {
    const normal = Math.sqrt(-2 * Math.log(draw())) * Math.cos(2 * Math.PI * draw());
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
  }
  let chance = Math.exp(-mean);
  let left = draw() - chance;
  let count = 0;
  while (left > 0 && count < 1000) {
    count += 1;
    chance *= mean / count;
    left -= chance;
  }
  return count;
};

/** Events that come in geometric clumps, so that variance/mean is `dispersion`. */
const clumped = (draw: Draw, mean: number, dispersion: number): number => {
  const size = (dispersion + 1) / 2;
  let count = 0;
  for (let clumps = poisson(draw, mean / size); clumps > 0; clumps--) {
    count += 1 + (size === 1 ? 0 : Math.floor(Math.log(draw()) / Math.log(1 - 1 / size)));
  }
  return count;
};

export interface Traffic {
  readonly requestsPerMinute: number;
  readonly rate: number;
  readonly dispersion: number;
}

/** One minute of both sides; the candidate fails `times` as often. */
export const drawRow = (draw: Draw, index: number, weight: number, traffic: Traffic, times = 1): Row => {
  const side = (share: number, rate: number): Counts => {
    const requests = poisson(draw, (traffic.requestsPerMinute * share) / 100);
    return counts(requests, { failures: Math.min(requests, clumped(draw, requests * rate, traffic.dispersion)) });
  };
  const candidate = side(weight, traffic.rate * times);
  return row(index, candidate, weight < 100 ? side(100 - weight, traffic.rate) : null, weight);
};
