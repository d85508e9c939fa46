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

it('tells editors what a value must be that is of the wrong kind, and nothing of mappings and lists', () => {
  const { properties } = written;
  expect(properties.signOffWithin.errorMessage).toBe(
    'must be a duration from 5m to 30d in whole minutes, such as 15m, 2h or 12d',
  );
  expect(properties.phases.items.properties.checkpoints.errorMessage).toMatch(/^must be `daily` or a list/);
  expect(properties.separationOfDuty.errorMessage).toBe('must be true or false');
  expect(properties.phases.items.properties.passInARow.errorMessage).toBe('must be a whole number from 0 to 100');
  expect([properties.traffic.errorMessage, properties.phases.errorMessage]).toEqual([undefined, undefined]);
});
