import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const codesOf = (file: string, pattern: RegExp): readonly string[] => [
  ...new Set([...readFileSync(file, 'utf8').matchAll(pattern)].map(([, code = '']) => code)),
];

/** All tests but the table of sentences, which has every code by its type. */
const TESTS = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') && !/rollout\/(explain|codes)\.test\.ts$/.test(name))
  .map((name) => readFileSync(`test/${name}`, 'utf8'))
  .join('\n');

const REASONS = codesOf('lib/rollout/reason.ts', /code: '([A-Z_]+)'/g);
const FAULTS = codesOf('lib/controller/fault.ts', /'([A-Z_]+)'/g);

describe('codes', () => {
  it('are found where they are declared', () => {
    expect(REASONS.length).toBeGreaterThan(40);
    expect(FAULTS).toContain('THROTTLED');
  });
  it.each([...REASONS, ...FAULTS])('%s is in a test that shows when it comes', (code) => {
    expect(TESTS).toMatch(new RegExp(`\\b${code}\\b`));
  });
});
