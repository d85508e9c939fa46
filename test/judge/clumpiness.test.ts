import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clumpinessOf, type ZoneMinute } from '../../lib/judge/clumpiness.ts';
import { type Draw, drawFrom, poisson } from './rows.ts';

const DAY = 1440;
/** Of the requests, by zone. */
const THIRDS = [1 / 3, 1 / 3, 1 / 3];
const UNEVEN = [0.6, 0.3, 0.1];
const SEEDS = Array.from({ length: 10 }, (_, index) => index + 1);

interface Given {
  readonly minutes?: number;
  readonly requestsPerMinute?: number;
  readonly shares?: readonly number[];
  /** Share of the requests that fail in a minute. */
  readonly rate?: (at: number) => number;
  /** Failures come in clumps of so many, each in one zone. */
  readonly clump?: number;
}

/** A day drawn from a seed, with twice as many requests at its middle as at its ends. */
const drawn = (
  seed: number,
  { minutes = DAY, requestsPerMinute = 12_000, shares = THIRDS, rate = () => 0.0008, clump = 1 }: Given,
): readonly ZoneMinute[] => {
  const draw = drawFrom(seed);
  return Array.from({ length: minutes }, (_, at) => {
    const mean = requestsPerMinute * (1 + Math.sin((Math.PI * at) / DAY));
    const requests = shares.map((share) => poisson(draw, mean * share));
    return { at, requests, failures: requests.map((count) => failing(draw, count * rate(at), clump)) };
  });
};

const failing = (draw: Draw, mean: number, clump: number): number => clump * poisson(draw, mean / clump);

/** A day of even traffic in which every hour has so many failures in its minutes, spread evenly over three zones. */
const everyHour = (failures: (minuteOfHour: number) => number): readonly ZoneMinute[] =>
  Array.from({ length: DAY }, (_, at) => ({
    at,
    requests: [1000, 1000, 1000],
    failures: THIRDS.map((share) => share * failures(at % 60)),
  }));

const sizes = (given: Given): readonly number[] => SEEDS.map((seed) => clumpinessOf(drawn(seed, given)).clumpSize);
const blocks = (given: Given): ReadonlySet<number> =>
  new Set(SEEDS.map((seed) => clumpinessOf(drawn(seed, given)).blockMinutes));
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Eight minutes in which a tenth fails in every zone. */
const outage = (at: number): number => (at >= 600 && at < 608 ? 0.1 : 0.0008);
/** Three minutes in every half hour in which clients ask again, whatever the zone. */
const storms = (at: number): number => (at % 30 < 3 ? 0.005 : 0.0005);

describe('the size of clumps', () => {
  it.each<[string, Given]>([
    ['at 12,000 requests a minute', {}],
    ['at 1,000', { requestsPerMinute: 1000 }],
    ['at 60, with 100 failures a day', { requestsPerMinute: 60 }],
    ['in zones with uneven traffic', { shares: UNEVEN }],
  ])('is near 1 where failures come each by itself, %s', (_, given) => {
    const found = sizes(given);
    expect(mean(found)).toBeLessThan(1.2);
    expect(Math.max(...found)).toBeLessThan(1.6);
  });

  it.each([3, 5])('is near %i where they come in clumps of so many', (clump) => {
    for (const given of [{}, { requestsPerMinute: 1000 }, { shares: UNEVEN }]) {
      const found = sizes({ ...given, clump });
      expect(Math.abs(mean(found) / clump - 1)).toBeLessThan(0.1);
      expect(Math.min(...found)).toBeGreaterThan(0.75 * clump);
      expect(Math.max(...found)).toBeLessThan(1.3 * clump);
    }
  });

  it('is what it was before an outage that all zones share, short or long, and over the turn of an hour', () => {
    const atTheTurn = (at: number): number => (at >= 715 && at < 725 ? 0.1 : 0.0008);
    const threeHours = (at: number): number => (at >= 330 && at < 510 ? 0.05 : 0.0008);
    for (const rate of [outage, atTheTurn, threeHours]) {
      for (const clump of [1, 3]) {
        const found = sizes({ rate, clump });
        // Its few minutes have most of the failures, and so most of the weight.
        expect(Math.abs(mean(found) / clump - 1)).toBeLessThan(0.2);
        expect(Math.max(...found)).toBeLessThan(2 * clump);
      }
    }
  });

  it('is no smaller than the dispersion of ten minutes against their hour, by Pearson', () => {
    // 20 failures in the first ten minutes of each hour and 8 in the others: ((20 − 10)² + 5·(8 − 10)²) / 10 / 5.
    expect(clumpinessOf(everyHour((minute) => (minute < 10 ? 2 : 0.8))).clumpSize).toBe(2.4);
    expect(clumpinessOf(everyHour(() => 1)).clumpSize).toBe(1);
  });

  it('takes more requests for no clump: ten minutes with twice the traffic may have twice the failures', () => {
    const day = everyHour((minute) => (minute < 10 ? 2 : 1));
    const busier = day.map((minute) => ({
      ...minute,
      requests: minute.at % 60 < 10 ? [2000, 2000, 2000] : minute.requests,
    }));
    expect(clumpinessOf(day).clumpSize).toBeGreaterThan(1.4);
    expect(clumpinessOf(busier).clumpSize).toBe(1);
  });

  it('grows with storms that come again and again in all zones', () => {
    expect(Math.min(...sizes({ rate: storms }))).toBeGreaterThan(4);
  });

  it('is 20 at most: a zone that fails by itself', () => {
    const day = drawn(1, {}).map(({ at, requests, failures: [, ...others] }) => ({
      at,
      requests,
      failures: [at < 30 ? 2000 : 0, ...others],
    }));
    expect(clumpinessOf(day)).toMatchObject({ clumpSize: 20, isMeasured: true });
  });

  it('is assumed to be 3 with fewer than 20 failures, in one zone, and without a minute', () => {
    const assumed = { clumpSize: 3, isMeasured: false };
    const few = (count: number) => drawn(1, {}).map((minute) => ({ ...minute, failures: [minute.at < count ? 1 : 0] }));
    expect(clumpinessOf(few(19))).toMatchObject(assumed);
    expect(clumpinessOf(few(20))).toMatchObject({ isMeasured: true });
    expect(clumpinessOf(drawn(1, { shares: [1] }))).toMatchObject(assumed);
    expect(clumpinessOf(drawn(1, { shares: [1, 0, 0] }))).toMatchObject(assumed);
    expect(clumpinessOf([])).toMatchObject({ ...assumed, blockMinutes: 1 });
  });

  it('is a number from 1 to 20 of any day, in whatever order the zones are', () => {
    const counted = fc.record({ requests: fc.nat({ max: 2000 }), share: fc.double({ min: 0, max: 1, noNaN: true }) });
    const minutes = fc.array(fc.tuple(counted, counted, counted), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(minutes, fc.integer({ min: 1, max: 7 }), (zones, step) => {
        const day = zones.map((minute, index) => ({
          at: index * step,
          requests: minute.map(({ requests }) => requests),
          failures: minute.map(({ requests, share }) => Math.floor(requests * share)),
        }));
        const { clumpSize } = clumpinessOf(day);
        expect(clumpSize).toBeGreaterThanOrEqual(1);
        expect(clumpSize).toBeLessThanOrEqual(20);
        const turned = day.map(({ at, requests, failures }) => ({
          at,
          requests: requests.toReversed(),
          failures: failures.toReversed(),
        }));
        expect(clumpinessOf(turned).clumpSize).toBeCloseTo(clumpSize, 1);
      }),
      { seed: 1, numRuns: 60 },
    );
  });
});

describe('clumps that carry on for minutes in one zone', () => {
  it('are measured whole: three failures a minute for three minutes are nine', () => {
    // Every 40 minutes on average, in a zone at random: at minutes that have nothing to do with hours or blocks.
    const day = Array.from({ length: 1440 }, (_, at) => {
      const begun = Math.floor(at / 40);
      const isOn = at % 40 >= (begun * 17) % 37 && at % 40 < ((begun * 17) % 37) + 3;
      const zone = (begun * 7 + Math.floor(begun / 3)) % 2;
      return { at, requests: [1000, 1000], failures: [isOn && zone === 0 ? 3 : 0, isOn && zone === 1 ? 3 : 0] };
    });
    const { clumpSize, blockMinutes } = clumpinessOf(day);
    expect(blockMinutes).toBe(5);
    expect(clumpSize).toBeGreaterThan(7);
    expect(clumpSize).toBeLessThan(10);
  });
});

describe('a block', () => {
  it('is one minute where minutes have nothing to do with each other, however failures clump within them', () => {
    for (const given of [{}, { clump: 5 }, { requestsPerMinute: 60 }, { shares: [1] }])
      expect(blocks(given)).toEqual(new Set([1]));
  });

  it('is one minute also where a single outage lasts longer', () => {
    expect(blocks({ rate: outage })).toEqual(new Set([1]));
  });

  it('is longer than storms last, also in one zone', () => {
    expect(blocks({ rate: storms })).toEqual(new Set([5]));
    expect(blocks({ rate: storms, shares: [1] })).toEqual(new Set([5]));
  });

  it('is 11 minutes at most', () => {
    expect(blocks({ rate: (at) => (at % 60 < 20 ? 0.01 : 0.0008) })).toEqual(new Set([11]));
  });

  it('is one minute where storms are too weak to matter, or there are too few minutes to tell', () => {
    expect(blocks({ rate: (at) => (at % 30 < 3 ? 0.0012 : 0.0008) })).toEqual(new Set([1]));
    const short = Array.from({ length: 1000 }, (_, seed) =>
      clumpinessOf(drawn(seed, { minutes: 150, rate: () => 0.0005 })),
    );
    expect(short.filter(({ blockMinutes }) => blockMinutes > 1).length).toBeLessThan(15);
  });

  it('is one minute where only the daily cycle carries failures on', () => {
    expect(blocks({ rate: (at) => 0.0008 * (1 + 0.8 * Math.sin((2 * Math.PI * at) / DAY)) })).toEqual(new Set([1]));
  });

  it('goes by minutes that follow one another: those without requests part them', () => {
    const pairs = everyHour((minute) => (minute % 4 < 2 ? 6 : 0));
    expect(clumpinessOf(pairs).blockMinutes).toBe(1);
    const parted = drawn(1, { rate: storms }).filter(({ at }) => at % 2 === 0);
    expect(clumpinessOf(parted).blockMinutes).toBe(1);
  });
});
