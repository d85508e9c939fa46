/** A simulated world in which a rollout has been started, stopped at a chosen instant, with ports that a test may replace. */
import type { World } from '../../lib/controller/ports.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import { readFault } from '../../lib/sim/fault-text.ts';
import { begin, proceed, type Rehearsal } from '../../lib/sim/rehearsal.ts';
import { nextWakeUp } from '../../lib/sim/wake-ups.ts';
import { shortSource } from '../scenarios/run.ts';

const minute = (at: string): number => Date.parse(`${at}:00Z`);

export interface Given {
  readonly source?: string;
  readonly faults?: readonly string[];
  readonly signOffs?: 'given' | 'none' | 'no-go';
}

/** A rehearsal stepped until `until` (exclusive), at the instant of its next wake-up where that is within a minute. */
export const at = async (
  until: string,
  { source = shortSource, faults = [], signOffs = 'given' }: Given = {},
): Promise<Rehearsal> => {
  const behaviours = faults.map((text) => {
    const fault = readFault(text);
    if ('problem' in fault) throw new Error(fault.problem);
    return fault;
  });
  const began = await begin({ source, seed: 1, faults: behaviours, signOffs, untilInstant: minute(until) - 1 });
  if ('refused' in began) throw new Error(began.refused.join('\n'));
  while (await proceed(began));
  began.world.data.now = Math.max(minute(until), Math.min(nextWakeUp(began.world.data), minute(until) + 59_000));
  return began;
};

export const entryOf = ({ world }: Rehearsal): Entry => JSON.parse(world.data.head?.body ?? 'null');

/** The same world with some methods of its ports replaced. */
export const withPorts = (world: World, change: { readonly [P in keyof World]?: Partial<World[P]> }): World => ({
  clock: { ...world.clock, ...change.clock },
  journal: { ...world.journal, ...change.journal },
  metrics: { ...world.metrics, ...change.metrics },
  router: { ...world.router, ...change.router },
  targets: { ...world.targets, ...change.targets },
  alarms: { ...world.alarms, ...change.alarms },
  wakeUps: { ...world.wakeUps, ...change.wakeUps },
  announcements: { ...world.announcements, ...change.announcements },
});
