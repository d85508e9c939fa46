import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../lib/plan/parse.ts';
import { SEED } from './seed-plan.ts';

describe('parsePlan on hostile text', () => {
  it('never throws, tells at least one problem and stays within a second, whatever the text', () => {
    const fragments = fc.constantFrom(
      'phases:\n',
      '  - name: a\n',
      '- ',
      '[',
      ']',
      '{',
      '}',
      ': ',
      '&a ',
      '*a',
      '"',
      '|',
      '\n',
      '\t',
      '!!str ',
      '? ',
      '%YAML 1.1\n',
      '---\n',
      '__proto__: ',
      'weight: ',
      '.nan',
      '\u0000',
      'é',
      ',',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(fragments, { maxLength: 60 }).map((parts) => parts.join('')),
        ),
        (text) => {
          const begin = performance.now();
          const parsed = parsePlan(text);
          expect(parsed.ok).toBe(false);
          if (!parsed.ok) expect(parsed.problems.length).toBeGreaterThan(0);
          expect(performance.now() - begin).toBeLessThan(1000);
        },
      ),
      { numRuns: 300, seed: 1 },
    );
  });

  it('never throws when a part of the seed plan is lost or replaced', () => {
    const rubbish = fc.constantFrom(
      '',
      '-1',
      '~',
      '.inf',
      '[]',
      '{}',
      '"',
      '*x',
      '&x',
      '0%',
      '9'.repeat(400),
      '1e999',
      'true',
    );
    fc.assert(
      fc.property(fc.nat(SEED.length), fc.nat(30), rubbish, (from, length, put) => {
        const parsed = parsePlan(SEED.slice(0, from) + put + SEED.slice(from + length));
        if (!parsed.ok) expect(parsed.problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it.each([
    ['keys', Array.from({ length: 12_000 }, (_, index) => `${index.toString(36)}:`).join('\n')],
    ['the same key', 'a:\n'.repeat(21_000)],
    ['phases', `phases:\n${'- {}\n'.repeat(13_000)}`],
    ['guards', `guards: [${'a > 1,'.repeat(10_000)}]`],
    ['colons', ': '.repeat(32_000)],
    ['quotes', '"'.repeat(65_000)],
    ['anchors', '&a '.repeat(21_000)],
    ['tags', '! '.repeat(32_000)],
    ['question marks', '? '.repeat(32_000)],
    ['closing brackets', ']'.repeat(65_000)],
    ['one long word', `rollout: ${'a'.repeat(65_000)}`],
    ['one long expression', `guards: [${'errorRate '.repeat(6_000)}]`],
    ['document marks', '---\n'.repeat(16_000)],
    ['directives', '%YAML 1.2\n'.repeat(6_000)],
  ])('answers a file full of %s without working itself to death', (_, text) => {
    const begin = process.cpuUsage();
    const parsed = parsePlan(text);
    const { user, system } = process.cpuUsage(begin);
    // It takes a few tenths of a second; what grows with the square of the text would take minutes.
    expect((user + system) / 1e6).toBeLessThan(10);
    expect(parsed.ok).toBe(false);
  });
});
