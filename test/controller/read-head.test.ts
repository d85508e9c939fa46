import { expect, it } from 'vitest';
import { tick } from '../../lib/controller/tick.ts';
import { at, withPorts } from './world.ts';

it('refuses to work on a state that another release of this code wrote', async () => {
  const { world } = await at('2025-10-31T14:00');
  const body = (world.data.head?.body ?? '').replace('"schema":1', '"schema":2');
  const foreign = withPorts(world, { journal: { head: async () => ({ body, hash: '' }) } });
  await expect(tick(foreign, 'ultra-fast-analyzer')).rejects.toThrow(
    /revision \d+ of ultra-fast-analyzer has state schema 2, which must be 1/,
  );
});
