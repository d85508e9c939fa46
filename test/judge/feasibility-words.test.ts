/** What stands in a phase's way, in words. */
import { describe, expect, it } from 'vitest';
import { feasibilityOf, type Need, type PhaseFeasibility } from '../../lib/judge/feasibility.ts';
import { amountOf, badWords, percent, remedyOf, shortageOf } from '../../lib/judge/feasibility-words.ts';
import { planWith } from './plan.ts';

const phaseWith = (change: Partial<PhaseFeasibility> = {}): PhaseFeasibility => {
  const [phase] = feasibilityOf(planWith({ phases: ['1%/2h', '10%/2h'] }), [317]);
  if (phase === undefined) throw new Error('the plan has a phase');
  return { ...phase, ...change };
};
const needWith = (change: Partial<Need>): Need => ({
  text: 'errorRate < 1%',
  kind: 'prove',
  of: 'requests',
  minutes: 116,
  needed: 1000,
  presentShare: null,
  neededAtRate: null,
  expected: 368,
  expectedExtended: 700,
  leastWeight: null,
  leastBakeMinutes: null,
  leastLimit: null,
  bearableShare: null,
  prospect: 'short',
  ...change,
});
const sentence = (...needs: readonly Need[]) => shortageOf(phaseWith({ needs, binding: needs.length - 1 }));

describe('the amount that is needed', () => {
  it.each<[Partial<Need>, string]>([
    [{}, '1,000 requests (D = 3)'],
    [{ of: 'segmentRequests' }, '1,000 requests, if segments are of one size (D = 3)'],
    [{ of: 'minutes', needed: 60 }, '60 minutes with both sides'],
    [{ of: 'halfOfMinutes', needed: 60 }, '60 minutes with the metric'],
    [{ of: 'nothing', needed: null }, ''],
    [{ neededAtRate: 1000, presentShare: 0.001 }, '1,000 requests (D = 3)'],
    [{ neededAtRate: 2000, presentShare: null }, '1,000 requests (D = 3)'],
    [{ neededAtRate: null, presentShare: 0.001 }, '1,000 requests (D = 3)'],
    [{ neededAtRate: 2000, presentShare: 0.001 }, '2,000 requests at 0.1 % bad (1,000 without a bad one; D = 3)'],
    [{ neededAtRate: 'never', presentShare: 0.02 }, '1,000 requests without a bad one'],
  ])('of %j is %s', (need, words) => {
    expect(amountOf(needWith(need), 3)).toBe(words);
  });

  it('may be said without the size of clumps', () => {
    expect(amountOf(needWith({}))).toBe('1,000 requests');
    expect(amountOf(needWith({ neededAtRate: 2000, presentShare: 0.001 }))).toBe(
      '2,000 requests at 0.1 % bad (1,000 without a bad one)',
    );
  });
});

describe('what would be enough', () => {
  const remedy = (change: Partial<Need>, next: PhaseFeasibility['next'] = null) =>
    remedyOf(phaseWith({ next }), needWith(change));

  it.each([
    [0.31, 'use 0.4 %'],
    [0.3, 'use 0.3 %'],
    [1, 'use 1 %'],
    [1.1, 'use 1.5 %'],
    [4.6, 'use 5 %'],
    [5, 'use 5 %'],
    [5.1, 'use 6 %'],
    [99.9, 'use 100 %'],
  ])('is a weight that one writes: of %d', (leastWeight, words) => {
    expect(remedy({ leastWeight })).toBe(words);
  });

  it.each([
    [119, 'bake 2h'],
    [111, 'bake 115m'],
    [120, 'bake 2h'],
    [121, 'bake 2h30m'],
    [691, 'bake 12h'],
    [721, 'bake 13h'],
    [2880, 'bake 2d'],
    [2881, 'bake 2d12h'],
  ])('is a bake that one writes: of %d minutes', (leastBakeMinutes, words) => {
    expect(remedy({ leastBakeMinutes })).toBe(words);
  });

  it.each([
    [0.0234, 'allow 2.4 % bad'],
    [0.02, 'allow 2 % bad'],
    [0.00991, 'allow 1 % bad'],
    [0.1, 'allow 10 % bad'],
  ])('is a limit of two digits: of %d', (leastLimit, words) => {
    expect(remedy({ leastLimit })).toBe(words);
  });

  it('says that the next phase must not be lighter, and may have to begin later', () => {
    const next = { name: 'ramp', weight: 5, latestMinutes: 120 };
    expect(remedy({ leastWeight: 5, leastBakeMinutes: 120 }, next)).toBe('use 5 %, or bake 2h');
    expect(remedy({ leastWeight: 5.5, leastBakeMinutes: 121 }, next)).toBe(
      'use 6 % (and no less in ramp), or bake 2h30m (and start ramp later)',
    );
    expect(remedy({ leastBakeMinutes: 999 }, { ...next, latestMinutes: null })).toBe('bake 17h');
    expect(remedy({})).toBe('');
  });
});

describe('a phase that is not decided', () => {
  it('says what comes and what is needed', () => {
    expect(sentence(needWith({}))).toBe(
      '317 requests/min × 1 % × 116 min = 368 requests; errorRate < 1% needs 1,000 requests (D = 3).',
    );
    expect(sentence(needWith({ of: 'segmentRequests' }))).toMatch(/^317 requests\/min/);
    expect(sentence(needWith({ of: 'minutes', leastBakeMinutes: 200 }))).toBe(
      '116 min count; errorRate < 1% needs 1,000 minutes with both sides: bake 3h30m.',
    );
    expect(shortageOf(phaseWith({ needs: [needWith({ expected: null })], requestsPerMinute: null }))).toMatch(
      /^0 requests\/min × 1 % × 116 min = 0 requests/,
    );
  });

  it('says whether extensions, or luck, would do', () => {
    expect(sentence(needWith({ prospect: 'extended' }))).toMatch(/\(D = 3\), which only extensions bring\.$/);
    expect(sentence(needWith({ prospect: 'unlikely' }))).toMatch(
      /\(D = 3\), so it passes only if fewer are bad than usual\.$/,
    );
    expect(sentence(needWith({ prospect: 'never', presentShare: 0.02, leastLimit: 0.03 }))).toBe(
      'errorRate < 1% can never pass at 2 % bad, however long it bakes: allow 3 % bad.',
    );
    expect(sentence(needWith({ prospect: 'never' }))).toBe(
      'errorRate < 1% can never pass at 0 % bad, however long it bakes.',
    );
  });

  it('names the criterion that takes longest first, and the others after it', () => {
    const [one, two, three] = ['one', 'two', 'three'].map((text) => needWith({ text }));
    if (one === undefined || two === undefined || three === undefined) throw new Error('there are three');
    expect(sentence(one, two, three)).toMatch(/; three needs .*\(D = 3\)\. Also not decided: one, two\.$/);
    expect(shortageOf(phaseWith({ needs: [one, two], binding: null }))).toMatch(
      /; one needs .* Also not decided: two\.$/,
    );
    expect(shortageOf(phaseWith({ needs: [one, two], binding: 1 }), ({ text }) => text === 'one')).toMatch(
      /; one needs [^.]*\.$/,
    );
  });

  it('is not there where all is decided, or not known', () => {
    expect(sentence(needWith({ prospect: 'enough' }), needWith({ prospect: 'unknown' }))).toBeUndefined();
  });
});

describe('bad ones', () => {
  it('are called by what they are', () => {
    expect([badWords('failures'), badWords('unavailable'), badWords('slow:250ms')]).toEqual([
      'requests failed',
      'requests had a connection error',
      'answers took longer than 250ms',
    ]);
    expect(percent(0.0008)).toBe('0.08 %');
  });
});
