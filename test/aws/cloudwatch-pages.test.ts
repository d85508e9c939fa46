import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { cloudWatchClient } from '../../lib/aws/clients.ts';
import { readSeries } from '../../lib/aws/metric-data.ts';
import { trafficQueries } from '../../lib/aws/metric-queries.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import { seedPlan } from '../judge/plan.ts';
import type { MetricAsked, Point } from '../stand-in/cloudwatch.ts';
import { type MetricsOnLocalhost, metricsOnLocalhost, readingsOf } from './metrics-on-localhost.ts';

const MINUTE = 60_000;
const AT = Date.parse('2025-10-31T12:30:00Z');
const MINUTES = 12;

let aws: MetricsOnLocalhost;
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws.server.close();
});

/** A different value for every metric and minute, and some minutes without one. */
const countOf = ({ metric, statistic, dimensions }: MetricAsked, minute: number): number => {
  const name = [metric, statistic, ...Object.values(dimensions)].join();
  let hash = minute;
  for (const letter of name) hash = (hash * 31 + letter.charCodeAt(0)) % 9973;
  return hash;
};

const pointsOf = (asked: MetricAsked): readonly Point[] =>
  Array.from({ length: MINUTES }, (_, index): Point => [AT + index * MINUTE, countOf(asked, index)]).filter(
    ([, value]) => value % 5 !== 0,
  );

const read = async () => readingsOf(await aws.metrics.read(seedPlan, AT, AT + MINUTES * MINUTE, true));

/** Where the points of each metric are told, and which of them twice. */
const order = fc.record({
  turn: fc.nat({ max: MINUTES }),
  isReversed: fc.boolean(),
  again: fc.nat({ max: 3 }),
});

describe('pages of CloudWatch', () => {
  it('give the same readings, however they are split, ordered or repeated', async () => {
    let inOrder: (points: readonly Point[]) => readonly Point[] = (points) => points;
    let pointsPerPage = Number.POSITIVE_INFINITY;
    aws = await metricsOnLocalhost(seedPlan, {
      points: (asked) => inOrder(pointsOf(asked)),
      pointsPerPage: () => pointsPerPage,
    });
    const plain = await read();
    expect(plain.filter(({ candidate }) => candidate !== null).length).toBeGreaterThan(MINUTES / 2);
    const whole = aws.requests().length;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 7, max: 700 }), order, async (perPage, { turn, isReversed, again }) => {
        pointsPerPage = perPage;
        inOrder = (points) => {
          const turned = [...points.slice(turn), ...points.slice(0, turn), ...points.slice(0, again)];
          return isReversed ? turned.toReversed() : turned;
        };
        expect(await read()).toEqual(plain);
      }),
      { numRuns: 40, seed: 1 },
    );
    expect(aws.requests().length).toBeGreaterThan(whole + 40);
    expect(aws.revised).toEqual([]);
  });

  it('complete what an earlier one left as partial, and not what it left as failed', async () => {
    let failing = 'PartialData';
    aws = await metricsOnLocalhost(seedPlan, {
      points: ({ metric }) => (metric === 'RequestCount' ? [[AT, 5]] : []),
      pointsPerPage: () => 1,
      // Told on the first of two pages only.
      manner: ({ metric }) => (metric === 'HTTPCode_Target_5XX_Count' ? { status: failing } : {}),
    });
    expect((await read())[0]).toMatchObject({ candidate: { requests: 5, failures: 0 } });
    failing = 'InternalError';
    expect(await aws.metrics.read(seedPlan, AT, AT + MINUTE, false)).toMatchObject({ code: 'UNREADABLE' });
  });

  it('belong to one read, which ends in time whatever AWS does', async () => {
    aws = await metricsOnLocalhost(seedPlan, {});
    const deadline = new Deadline();
    deadline.begin(30_000);
    const asking = { client: cloudWatchClient(), deadline, bound: AbortSignal.timeout(100) };
    aws.server.fail('GetMetricData', 'hang');
    const queries = [trafficQueries(seedPlan, 'baseline', false).requests];
    const span = { from: AT, to: AT + MINUTE, periodSeconds: 60 };
    expect(await readSeries(asking, 'read the metrics', queries, span)).toMatchObject({ code: 'UNAVAILABLE' });
  });
});
