import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { planJsonSchema } from '../../lib/plan/json-schema.ts';
import { type KeySchema, planReference } from '../../scripts/plan-reference.ts';

const page = readFileSync(new URL('../../docs/plan-reference.md', import.meta.url), 'utf8');
const lines = page.split('\n');
const rowOf = (key: string, section = ''): string | undefined =>
  page
    .slice(section === '' ? 0 : page.indexOf(`## \`${section}\``))
    .split('\n')
    .find((line) => line.startsWith(`| \`${key}\` |`));

describe('the plan reference', () => {
  it('is current (npm run schema writes it)', () => {
    expect(page).toBe(planReference(planJsonSchema()));
  });

  it('says of every key what it means', () => {
    expect(page.split('\n').filter((line) => /^\|.*\|\s*\|$/.test(line) && !line.startsWith('| `…`'))).toEqual([]);
  });

  it('has the form with its limits, the default and the meaning of a key', () => {
    expect(rowOf('bake', 'phases')).toMatch(
      /^\| `bake` \| duration from 5m to 30d \| required \| How long the phase must stay/,
    );
    expect(rowOf('warmUp', 'phases')).toMatch(/\| `3m` \|/);
    expect(rowOf('weight', 'phases')).toContain('0.1% to 100% in steps of 0.1%');
    expect(rowOf('mode')).toContain('| `release` or `aa` | `release` |');
  });

  it('tells a shape once, and where it comes again what differs', () => {
    expect(lines.filter((line) => line.includes('Namespace in CloudWatch.'))).toHaveLength(1);
    expect(rowOf('gauges.NAME.…')).toContain(
      'The keys of `metrics.revenue.sum`; `statistic` is `Average` unless given.',
    );
  });

  it('has every key of the schema', () => {
    const keysIn = (schema: KeySchema): readonly string[] => [
      ...Object.entries(schema.properties ?? {}).flatMap(([key, child]) => [key, ...keysIn(child)]),
      ...(schema.items === undefined ? [] : keysIn(schema.items)),
      ...(schema.anyOf ?? []).flatMap(keysIn),
      ...(typeof schema.additionalProperties === 'object' ? keysIn(schema.additionalProperties) : []),
    ];
    const missing = keysIn(planJsonSchema()).filter((key) => !new RegExp(`[\`.]${key}\``).test(page));
    expect(missing).toEqual([]);
  });

  it('says what every key means, those of people aside', () => {
    const own = page.slice(0, page.indexOf('## `leads`'));
    const bare = own.split('\n').filter((line) => /^\| `.*\|\s*\|$/.test(line));
    expect(bare).toEqual([]);
  });
});
