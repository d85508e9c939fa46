import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isProvenBelow } from '../../lib/judge/bound.ts';
import { feasibilityOf, type PhaseFeasibility, shortfallOf } from '../../lib/judge/feasibility.ts';
import { parsePlan } from '../../lib/plan/parse.ts';
import type { Plan } from '../../lib/plan/plan.ts';

const source = readFileSync('examples/ultra-fast-analyzer.yaml', 'utf8');

const planFrom = (text: string): Plan => {
  const parsed = parsePlan(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.plan;
};

const plan = planFrom(source);
const at = (requestsPerMinute: number, of: Plan = plan): readonly PhaseFeasibility[] =>
  feasibilityOf(
    of,
    of.phases.map(() => requestsPerMinute),
  );

const needOf = (phase: PhaseFeasibility | undefined, text: string) => {
  const need = phase?.needs.find((each) => each.text === text);
  if (need === undefined) throw new Error(`no criterion ${text}`);
  return need;
};

describe('before a rollout starts', () => {
  test.each([
    ['errorRate < 1%', 1052],
    ['latencyP99 < 200ms', 1052],
    ['availability > 99.9%', 10567],
  ])('%s needs %i requests without one bad among them', (text, needed) => {
    expect(needOf(at(317)[0], text).needed).toBe(needed);
  });

  test.each([
    [1, 351],
    [5, 1753],
  ])('where failures come in clumps of %i errorRate < 1%% needs %i', (clumpiness, needed) => {
    const rates = plan.phases.map(() => 317);
    expect(needOf(feasibilityOf(plan, rates, clumpiness)[0], 'errorRate < 1%').needed).toBe(needed);
  });

  test('with larger clumps fewer failures can be borne', () => {
    const bearable = (clumpiness: number) => {
      const phase = feasibilityOf(
        plan,
        plan.phases.map(() => 12_000),
        clumpiness,
      )[0];
      return needOf(phase, 'errorRate < 1%').bearableShare ?? 0;
    };
    expect(bearable(1)).toBeGreaterThan(bearable(3));
    expect(bearable(3)).toBeGreaterThan(bearable(10));
  });

  test('the minutes of the warm-up bring no requests that count', () => {
    const [canary] = at(317);
    expect(canary?.countedMinutes).toBe(116);
    expect(needOf(canary, 'errorRate < 1%').expected).toBeCloseTo(3.17 * 116);
  });

  test('a phase without a rise has no warm-up', () => {
    expect(at(317)[3]?.countedMinutes).toBe(12 * 1440);
  });

  test('317 requests a minute are too few, and availability binds', () => {
    const [canary] = at(317);
    expect(shortfallOf(canary ?? never()).map(({ text }) => text)).toEqual([
      'errorRate < 1%',
      'latencyP99 < 200ms',
      'availability > 99.9%',
    ]);
    expect(canary?.needs[canary.binding ?? -1]?.text).toBe('availability > 99.9%');
  });

  test('the least weight and the least bake that it names are enough, and a little less is not', () => {
    const need = needOf(at(317)[0], 'availability > 99.9%');
    expect(need).toMatchObject({ prospect: 'short', leastWeight: 28.8, leastBakeMinutes: 3338 });
    const withCanary = (weight: number, bakeMinutes: number): Plan => ({
      ...plan,
      phases: plan.phases.map((phase, index) =>
        index === 0 ? { ...phase, weight, bakeMinutes, extendUpToMinutes: bakeMinutes } : phase,
      ),
    });
    const prospects = [withCanary(28.8, 120), withCanary(28.7, 120), withCanary(1, 3338), withCanary(1, 3337)].map(
      (changed) => needOf(at(317, changed)[0], 'availability > 99.9%').prospect,
    );
    expect(prospects).toEqual(['enough', 'short', 'enough', 'short']);
  });

  test('no weight suffices where even all requests are too few', () => {
    expect(needOf(at(50)[0], 'availability > 99.9%').leastWeight).toBeNull();
  });

  test('what only extensions bring is not enough as planned', () => {
    expect(needOf(at(10_000)[0], 'availability > 99.9%').prospect).toBe('enough');
    expect(needOf(at(6_000)[0], 'availability > 99.9%').prospect).toBe('extended');
    expect(needOf(at(3_000)[0], 'availability > 99.9%').prospect).toBe('short');
  });

  test('extensions end where the next phase would start too late', () => {
    expect(at(317)[0]?.extendedMinutes).toBe(240);
    const tight = planFrom(
      source
        .replace('start: 2025-11-01T14:00:00Z', 'start: 2025-10-31T14:30:00Z')
        .replace('start: 2025-10-31T12:00:00Z', 'lateBy: 1h\nstart: 2025-10-31T12:00:00Z'),
    );
    expect(at(317, tight)[0]?.extendedMinutes).toBe(210);
  });

  test('the bearable share is the largest at which the expected requests still prove the limit', () => {
    const { bearableShare, expected } = needOf(at(12_000)[1], 'errorRate < 0.5%');
    if (bearableShare === null || expected === null) throw new Error('both are known');
    expect(isProvenBelow(bearableShare * expected, expected, 0.005, 3, 0.05)).toBe(true);
    expect(isProvenBelow(1.001 * bearableShare * expected, expected, 0.005, 3, 0.05)).toBe(false);
  });

  test('revenue needs an hour of blocks of five minutes, whatever the traffic', () => {
    expect(needOf(at(1)[0], 'not revenueDelta < -3%')).toMatchObject({ of: 'minutes', needed: 60, prospect: 'enough' });
  });

  test('a spread needs its requests in each segment, with the error shared among them', () => {
    const need = needOf(at(317)[1], 'segmentSpread < 5%');
    expect(need.of).toBe('segmentRequests');
    expect(need.needed).toBeGreaterThan(4 * 200);
  });

  test('open incidents are no matter of requests', () => {
    expect(needOf(at(317)[0], 'noIncidents')).toMatchObject({ of: 'nothing', needed: null, prospect: 'unknown' });
  });

  test('without traffic it says what is needed and nothing of what comes', () => {
    const [canary] = feasibilityOf(plan, []);
    expect(needOf(canary, 'errorRate < 1%')).toMatchObject({
      needed: 1052,
      expected: null,
      prospect: 'unknown',
      leastWeight: null,
    });
    expect(shortfallOf(canary ?? never())).toEqual([]);
  });
});

const never = (): never => {
  throw new Error('the plan has a first phase');
};
