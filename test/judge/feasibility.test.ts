import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isProvenBelow } from '../../lib/judge/bound.ts';
import { feasibilityOf, type PhaseFeasibility, shortfallOf } from '../../lib/judge/feasibility.ts';
import { shortageOf } from '../../lib/judge/feasibility-words.ts';
import { finishOf } from '../../lib/judge/finish.ts';
import type { KnownDay } from '../../lib/judge/proof.ts';
import { UNKNOWN_DAY } from '../../lib/judge/verdict.ts';
import { parsePlan } from '../../lib/plan/parse.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { poisson, stream } from '../../lib/sim/random.ts';
import { planWith } from './plan.ts';

const source = readFileSync('examples/ultra-fast-analyzer.yaml', 'utf8');

const planFrom = (text: string): Plan => {
  const parsed = parsePlan(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.plan;
};

const plan = planFrom(source);
const at = (requestsPerMinute: number, of: Plan = plan, day?: KnownDay): readonly PhaseFeasibility[] =>
  feasibilityOf(
    of,
    of.phases.map(() => requestsPerMinute),
    day,
  );
const clumpsOf = (clumpSize: number): KnownDay['clumpiness'] => ({ clumpSize, isMeasured: true, blockMinutes: 1 });
const failing = (failureShare: number, more: Partial<KnownDay> = {}): KnownDay => ({
  ...UNKNOWN_DAY,
  failureShare,
  ...more,
});

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
    const [canary] = at(317, plan, { ...UNKNOWN_DAY, clumpiness: clumpsOf(clumpiness) });
    expect(needOf(canary, 'errorRate < 1%').needed).toBe(needed);
  });

  test('with larger clumps fewer failures can be borne', () => {
    const bearable = (clumpiness: number) => {
      const [phase] = at(12_000, plan, { ...UNKNOWN_DAY, clumpiness: clumpsOf(clumpiness) });
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
    const alone = { ...plan, phases: plan.phases.map((phase) => ({ ...phase, passInARow: 0 })) };
    expect(at(317, alone)[3]?.countedMinutes).toBe(12 * 1440);
  });

  test('what must pass seven times in a row must be proven by the first of these', () => {
    expect(at(317)[3]?.countedMinutes).toBe(6 * 1440);
    const [canary] = at(317, {
      ...plan,
      phases: plan.phases.map((phase, index) => (index === 0 ? { ...phase, passInARow: 3 } : phase)),
    });
    // Of 15m, 30m, 1h, 90m and the gate at 2h the last three; and with extensions of 15 minutes up to 4h.
    expect(canary?.countedMinutes).toBe(60 - 4);
    expect(needOf(canary, 'errorRate < 1%').expectedExtended).toBeCloseTo(3.17 * (240 - 30 - 4));
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

describe('at the rate at which the baseline fails', () => {
  const of = (requestsPerMinute: number, day: KnownDay, text = 'errorRate < 1%', phase = 0) =>
    needOf(at(requestsPerMinute, plan, day)[phase], text);

  test.each([
    [0.0008, 3],
    [0.0008, 1],
    [0.005, 3],
    [0.005, 8],
    [0.009, 1],
  ])(
    '%d bad in clumps of %i: nine of ten bakes pass with what it needs, and fewer with a fifth less',
    (share, size) => {
      const needed = of(317, failing(share, { clumpiness: clumpsOf(size) })).neededAtRate;
      if (typeof needed !== 'number') throw new Error('it can pass');
      const generator = stream(1, 'bakes');
      const passing = (total: number): number => {
        let passed = 0;
        for (let bake = 0; bake < 2000; bake++) {
          const bad = size * poisson(generator, (share * total) / size);
          if (isProvenBelow(bad, total, 0.01, size, 0.05)) passed += 1;
        }
        return passed / 2000;
      };
      expect(passing(needed)).toBeGreaterThan(0.88);
      expect(passing(0.8 * needed)).toBeLessThan(0.88);
    },
  );

  test('it needs as much as without a bad one where hardly one comes', () => {
    expect(of(317, failing(1e-6))).toMatchObject({ needed: 1052, neededAtRate: 1052 });
    expect(of(317, failing(0))).toMatchObject({ neededAtRate: 1052 });
  });

  test('it is not known where the rate is not', () => {
    expect(of(317, UNKNOWN_DAY)).toMatchObject({ neededAtRate: null, presentShare: null });
  });

  test.each([
    [0.0095, 'number'],
    [0.01, 'string'],
    [0.02, 'string'],
  ])('%d bad: a limit of 1 %% takes a %s', (share, kind) => {
    expect(typeof of(317, failing(share)).neededAtRate).toBe(kind);
  });

  test('whatever the traffic, what the baseline does not keep never passes', () => {
    expect(of(1e6, failing(0.02)).prospect).toBe('never');
    expect(needOf(feasibilityOf(plan, [], failing(0.02))[0], 'errorRate < 1%').prospect).toBe('never');
  });

  test('unanswered requests count net of the baseline, so that they are never hopeless, but their noise takes more', () => {
    const day = (unavailableShare: number) => failing(0, { unavailableShare });
    const few = of(317, day(1e-7), 'availability > 99.9%').neededAtRate;
    const many = of(317, day(0.01), 'availability > 99.9%').neededAtRate;
    expect(few).toBe(10_567);
    expect(many).toBeGreaterThan(100_000);
  });

  test.each([
    [20_000, 'enough'],
    [2000, 'extended'],
    [800, 'unlikely'],
    [300, 'short'],
  ])('%i requests a minute: %s', (requestsPerMinute, prospect) => {
    expect(of(requestsPerMinute, failing(0.0008)).prospect).toBe(prospect);
  });

  test('the least weight, bake and limit that it names are enough, and a little less is not', () => {
    const day = failing(0.0008);
    const { leastWeight, leastBakeMinutes, leastLimit } = of(317, day);
    if (leastWeight === null || leastBakeMinutes === null || leastLimit === null) throw new Error('all are known');
    const prospect = (change: Partial<Plan['phases'][number]>, limit = 0.01): string => {
      const phases = plan.phases.slice(0, 1).map((phase) => ({
        ...phase,
        ...change,
        extendUpToMinutes: change.bakeMinutes ?? phase.bakeMinutes,
        advance: phase.advance
          .slice(0, 1)
          .map((each) => (each.claim.kind === 'share' ? { ...each, claim: { ...each.claim, limit } } : each)),
      }));
      return needOf(at(317, { ...plan, phases }, day)[0], 'errorRate < 1%').prospect;
    };
    expect(prospect({ weight: leastWeight })).toBe('enough');
    expect(prospect({ weight: leastWeight - 0.1 })).not.toBe('enough');
    expect(prospect({ bakeMinutes: leastBakeMinutes })).toBe('enough');
    expect(prospect({ bakeMinutes: leastBakeMinutes - 1 })).not.toBe('enough');
    expect(prospect({}, leastLimit)).toBe('enough');
    expect(prospect({}, 0.97 * leastLimit)).not.toBe('enough');
  });
});

describe('what it says of a phase that is not decided', () => {
  const one = (advance: string) => planWith({ advance: [advance], phases: ['1%/2h', '10%/2h'] });
  const sentence = (requestsPerMinute: number, day: KnownDay, of: Plan = one('errorRate < 1%')) =>
    shortageOf(at(requestsPerMinute, of, day)[0] ?? never());

  test('counts what comes and what is needed, and names a weight and a bake that one would write', () => {
    expect(sentence(50, failing(0, { clumpiness: clumpsOf(1) }))).toMatchInlineSnapshot(
      `"50 requests/min × 1 % × 116 min = 58 requests; errorRate < 1% needs 351 requests (D = 1): use 7 %, or bake 12h, or allow 6 % bad."`,
    );
  });

  test('names what is needed at the present rate beside the least', () => {
    expect(sentence(800, failing(0.0008))).toMatchInlineSnapshot(
      `"800 requests/min × 1 % × 116 min = 928 requests; errorRate < 1% needs 2,788 requests at 0.08 % bad (1,052 without a bad one; D = 3), so it passes only if fewer are bad than usual: use 3.5 %, or bake 6h, or allow 2.4 % bad."`,
    );
    expect(sentence(2000, failing(0.0008))).toMatchInlineSnapshot(
      `"2,000 requests/min × 1 % × 116 min = 2,320 requests; errorRate < 1% needs 2,788 requests at 0.08 % bad (1,052 without a bad one; D = 3), which only extensions bring: use 1.5 %, or bake 2h30m, or allow 1.1 % bad."`,
    );
  });

  test('says that a weight must not fall, and that a start must move', () => {
    expect(shortageOf(at(317)[0] ?? never())).toMatchInlineSnapshot(
      `"317 requests/min × 1 % × 116 min = 368 requests; availability > 99.9% needs 10,567 requests (D = 3): use 29 % (and no less in ramp), or bake 2d12h (and start ramp later), or allow 2.9 % bad. Also not decided: errorRate < 1%, latencyP99 < 200ms."`,
    );
  });

  test('says "never" with the rate, and a limit that would do', () => {
    expect(sentence(12_000, failing(0.02))).toMatchInlineSnapshot(
      `"errorRate < 1% can never pass at 2 % bad, however long it bakes: allow 3.1 % bad."`,
    );
  });

  test('says nothing where all is decided', () => {
    expect(sentence(12_000, failing(0.0008))).toBeUndefined();
  });
});

describe('the finish', () => {
  const iso = (instant: number | null) => (instant === null ? null : new Date(instant).toISOString());
  const finish = (requestsPerMinute: number, day: KnownDay, of: Plan = plan) => {
    const { earliest, likely, heldIn } = finishOf(of, at(requestsPerMinute, of, day));
    return { earliest: iso(earliest), likely: iso(likely), heldIn };
  };
  const inARow = planWith({ advance: ['errorRate < 1%'], phases: ['1%/2h', '10%/2h'] });

  test('is likely as planned where every gate gets what it needs', () => {
    expect(finish(12_000, failing(0.0008, { unavailableShare: 0 }))).toEqual({
      earliest: '2025-11-15T16:00:00.000Z',
      likely: '2025-11-15T16:00:00.000Z',
      heldIn: null,
    });
  });

  test('is likely later by the extensions, of 15 minutes each, that the criteria need', () => {
    const { earliest, likely } = finish(2000, failing(0.0008), inARow);
    expect([earliest, likely]).toMatchInlineSnapshot(`
      [
        "2025-10-31T16:00:00.000Z",
        "2025-10-31T16:30:00.000Z",
      ]
    `);
  });

  test('is not reckoned with where extensions do not suffice: the first such phase is named', () => {
    expect(finish(317, failing(0.0008))).toMatchObject({ likely: null, heldIn: 'canary' });
    expect(finish(12_000, failing(0.02))).toMatchObject({ likely: null, heldIn: 'canary' });
  });

  test('is not known without the traffic', () => {
    const { earliest, likely, heldIn } = finishOf(plan, feasibilityOf(plan, []));
    expect([iso(earliest), likely, heldIn]).toEqual(['2025-11-15T16:00:00.000Z', null, null]);
  });
});

const never = (): never => {
  throw new Error('the plan has a first phase');
};
