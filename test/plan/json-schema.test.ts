import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { planJsonSchema } from '../../lib/plan/json-schema.ts';

const written = JSON.parse(readFileSync(new URL('../../docs/plan.schema.json', import.meta.url), 'utf8'));

it('docs/plan.schema.json is current (npm run schema writes it)', () => {
  expect(written).toEqual(JSON.parse(JSON.stringify(planJsonSchema())));
});

it('tells editors the keys, their form and their defaults', () => {
  expect(written.additionalProperties).toBe(false);
  expect(written.required).toEqual(['rollout', 'release', 'traffic', 'start', 'phases', 'operators']);
  expect(written.properties.phases.items.required).toEqual(['name', 'weight', 'bake']);
  expect(written.properties.signOffWithin).toMatchObject({
    type: 'string',
    default: '24h',
    pattern: expect.any(String),
  });
  expect(new RegExp(written.properties.signOffWithin.pattern).test('1h30m')).toBe(true);
});
