/** The plan that everything downstream reads: instants and minutes, and what one key takes from another. */
import { expect, it } from 'vitest';
import { at, edited, planOf } from './seed-plan.ts';

const START = 'start: 2025-10-31T12:00:00Z';
const inBerlin = (...lines: readonly string[]) => edited([START, ['zone: Europe/Berlin', START, ...lines].join('\n')]);

it('has the durations of the whole rollout in minutes', () => {
  const plan = planOf(edited([START, `${START}\nstartWithin: 2h\nlateBy: 3h\nsignOffWithin: 2d\nholdFor: 90m`]));
  expect(plan).toMatchObject({
    startWithinMinutes: 120,
    lateByMinutes: 180,
    signOffWithinMinutes: 2880,
    holdForMinutes: 90,
  });
  for (const key of ['startWithin', 'lateBy', 'signOffWithin', 'holdFor']) expect(plan).not.toHaveProperty(key);
});

it('has its freezes as instants: local times are those of its zone, in summer as in winter', () => {
  const freezes = [
    'freezes:',
    '  - { from: 2025-12-24T00:00, to: 2025-12-27T06:30, reason: holidays }',
    '  - { from: 2026-07-01T00:00, to: 2026-07-01T12:00Z, reason: audit }',
  ];
  expect(planOf(inBerlin(...freezes)).freezes).toEqual([
    { from: at('2025-12-23T23:00Z'), to: at('2025-12-27T05:30Z'), reason: 'holidays' },
    { from: at('2026-06-30T22:00Z'), to: at('2026-07-01T12:00Z'), reason: 'audit' },
  ]);
});

it('has the starts of its phases as instants, too; the first phase begins with the rollout', () => {
  const plan = planOf(inBerlin().replace('start: 2025-11-01T14:00:00Z', 'start: 2025-11-01T15:00'));
  expect(plan.phases.map(({ start }) => start)).toEqual([
    plan.start,
    at('2025-11-01T14:00Z'),
    at('2025-11-02T16:00Z'),
    undefined,
  ]);
});
