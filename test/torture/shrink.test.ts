import { describe, expect, it } from 'vitest';
import { shrink } from './shrink.ts';
import type { Tortured } from './torture.ts';
import { drawCase, type TortureCase } from './torture-case.ts';

const crowded: TortureCase = {
  ...drawCase(7),
  behaviours: ['sticky rules', 'weight 50 by hand at 00:03', 'incident from 00:02 to 00:09'],
  troubles: Array.from({ length: 5 }, (_, id) => ({ id, from: 0, to: 32, chance: 1, what: { kind: 'death' } })),
  orders: [
    { at: 2, ask: 'hold' },
    { at: 4, ask: 'rollBack' },
  ],
};

const answer = (isBad: boolean): Tortured => ({
  violations: isBad ? ['bad'] : [],
  end: '',
  ticks: 0,
  suffered: new Map(),
  zombieMinutes: 0,
  rollback: null,
});

/** Bad where a rollback is ordered while trouble 3 is on in minute 20. */
const badTogether = async ({ troubles, orders }: TortureCase): Promise<Tortured> =>
  answer(
    orders.some(({ ask }) => ask === 'rollBack') &&
      troubles.some(({ id, from, to }) => id === 3 && from <= 20 && to > 20),
  );

describe('shrinking', () => {
  it('leaves what is needed, and the minutes that matter', async () => {
    const { shortest, tortured } = await shrink(crowded, badTogether);
    expect(tortured.violations).toEqual(['bad']);
    expect([shortest.behaviours, shortest.orders]).toEqual([[], [{ at: 4, ask: 'rollBack' }]]);
    expect(shortest.troubles).toEqual([{ ...crowded.troubles[3], from: 20, to: 21 }]);
  });

  it('goes past what is no plan any more', async () => {
    const { shortest } = await shrink(crowded, async (given) => {
      if (given.behaviours.length < 2) throw new Error('no plan');
      return answer(true);
    });
    expect(shortest.behaviours).toHaveLength(2);
  });
});
