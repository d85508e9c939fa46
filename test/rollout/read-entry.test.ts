import { expect, it } from 'vitest';
import { readEntry } from '../../lib/rollout/read-entry.ts';
import { stateOf } from './fixture.ts';

const body = (schema: number): string =>
  JSON.stringify({ rollout: 'shop-7', revision: 12, state: { ...stateOf(0), schema } });

it('reads an entry that this release wrote', () => {
  expect(readEntry(body(1))).toMatchObject({ ok: true, entry: { rollout: 'shop-7', revision: 12 } });
});

it('does not read one that another release wrote, and says what it is', () => {
  expect(readEntry(body(2))).toEqual({
    ok: false,
    problem: 'revision 12 of shop-7 has state schema 2, which must be 1 for this release of Sluice',
  });
});
