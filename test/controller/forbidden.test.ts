/** What a forbidden command does to a rollout that is under way: nothing, but for one entry. */
import { describe, expect, it } from 'vitest';
import { command } from '../../lib/controller/command.ts';
import { tick } from '../../lib/controller/tick.ts';
import { addEntry, emptyLedger } from '../../lib/report/ledger.ts';
import type { Command } from '../../lib/rollout/command.ts';
import { principal, seedPlan } from '../rollout/fixture.ts';
import { at, entryOf, withPorts } from './world.ts';

const NAME = seedPlan.rollout;
const MINUTE = 60_000;
const STOP: Command = { kind: 'rollBack', why: 'mischief' };

describe('a forbidden command', () => {
  it('is one entry that changes no state, and the rollout goes on as if nothing had been said', async () => {
    const [disturbed, calm] = [await at('2025-10-31T12:20'), await at('2025-10-31T12:20')];
    const before = entryOf(disturbed);
    expect(await command(disturbed.world, NAME, STOP, principal('Intern'))).toMatchObject({ ok: false, forbidden: {} });
    const { state, cause } = entryOf(disturbed);
    expect(cause).toMatchObject({ by: 'forbidden', lifeAt: Date.parse(before.at) });
    expect(state).toEqual({ ...before.state, forbidden: state.forbidden });
    for (const { world } of [disturbed, calm]) {
      await tick(world, NAME);
      world.data.now += MINUTE;
      await tick(world, NAME);
    }
    const [after, undisturbed] = [entryOf(disturbed), entryOf(calm)];
    expect(after).toEqual({
      ...undisturbed,
      revision: undisturbed.revision + 1,
      previous: after.previous,
      state: { ...undisturbed.state, forbidden: state.forbidden },
    });
  });

  it('asks nothing of AWS but the journal', async () => {
    const { world } = await at('2025-10-31T12:20');
    const asked = async () => {
      throw new Error('it was asked');
    };
    const alone = withPorts(world, {
      router: { read: asked, setWeight: asked },
      targets: { health: asked },
      alarms: { states: asked },
      wakeUps: { set: asked, ensure: asked },
      announcements: { publish: asked },
    });
    expect(await command(alone, NAME, STOP, principal('Intern'))).toMatchObject({ ok: false, forbidden: {} });
  });

  it('is written on top of what a tick wrote in the same moment, and given up after three times', async () => {
    const { world } = await at('2025-10-31T12:20');
    let conflicts = 2;
    const append: typeof world.journal.append = async (...args) =>
      conflicts-- > 0 ? 'conflict' : world.journal.append(...args);
    const crossed = withPorts(world, { journal: { append } });
    expect(await command(crossed, NAME, STOP, principal('Intern'))).toMatchObject({ forbidden: {} });
    conflicts = 3;
    expect(await command(crossed, NAME, STOP, principal('Trainee'))).toMatchObject({
      forbidden: { unrecorded: 'changed by others 3 times meanwhile' },
    });
  });

  it('is told in the report, and is no change of the decision there', async () => {
    const rehearsal = await at('2025-10-31T12:20');
    const ledger = emptyLedger(rehearsal.plan);
    addEntry(ledger, entryOf(rehearsal));
    await command(rehearsal.world, NAME, STOP, principal('Intern'));
    addEntry(ledger, entryOf(rehearsal));
    expect(ledger.changes).toHaveLength(1);
    expect(ledger.people.commands).toMatchObject([
      {
        command: 'rollBack',
        actor: principal('Intern'),
        sentence: expect.stringMatching(/^Forbidden: rollBack is for/),
      },
    ]);
  });
});
