/** A command that belongs to what its giver saw. */
import { describe, expect, it } from 'vitest';
import { command } from '../../lib/controller/command.ts';
import { principal, seedPlan } from '../rollout/fixture.ts';
import { at, entryOf, withPorts } from './world.ts';

const NAME = seedPlan.rollout;
const HOLD = { kind: 'hold', why: 'reading logs' } as const;

describe('a command that has become stale', () => {
  it('is refused in the words that say so, and asks nothing of AWS but the journal', async () => {
    const run = await at('2025-10-31T12:20');
    const { world } = run;
    const before = entryOf(run);
    const asked = async () => {
      throw new Error('it was asked');
    };
    const alone = withPorts(world, { router: { read: asked, setWeight: asked }, targets: { health: asked } });
    expect(await command(alone, NAME, HOLD, principal('Sre'), () => 'stale')).toEqual({ ok: false, refused: 'stale' });
    expect(entryOf(run)).toEqual(before);
  });

  it('becomes so by what somebody else writes at the same moment', async () => {
    const run = await at('2025-10-31T12:20');
    const { world } = run;
    const seen = entryOf(run).revision;
    let conflicts = 1;
    const append: typeof world.journal.append = async (...args) => {
      if (conflicts-- > 0) {
        await command(world, NAME, HOLD, principal('Sre'));
        return 'conflict';
      }
      return world.journal.append(...args);
    };
    const crossed = withPorts(world, { journal: { append } });
    const stale = ({ revision }: { readonly revision: number }) => (revision === seen ? undefined : 'stale');
    const answer = await command(crossed, NAME, { kind: 'rollBack', why: 'errors' }, principal('Sre'), stale);
    expect(answer).toEqual({ ok: false, refused: 'stale' });
    expect(entryOf(run)).toMatchObject({ revision: seen + 1, cause: { command: 'hold' } });
  });

  it('of somebody who may not give it is refused and recorded all the same', async () => {
    const run = await at('2025-10-31T12:20');
    const { world } = run;
    expect(await command(world, NAME, HOLD, principal('Intern'), () => 'stale')).toMatchObject({ forbidden: {} });
    expect(entryOf(run).cause.by).toBe('forbidden');
  });
});
