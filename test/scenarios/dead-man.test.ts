/** What becomes of a candidate at 10 % when nothing looks after it any more: people hear of it within 6 minutes, and its weight is 0 within 12. */
import { describe, expect, it } from 'vitest';
import { Fault } from '../../lib/controller/fault.ts';
import type { World } from '../../lib/controller/ports.ts';
import { tick } from '../../lib/controller/tick.ts';
import { type Memory, nothingRemembered, watchdog } from '../../lib/controller/watchdog.ts';
import { weightOf } from '../../lib/sim/rules.ts';
import { fire, nextWakeUp } from '../../lib/sim/wake-ups.ts';
import { at, withPorts } from '../controller/world.ts';

const NAME = 'ultra-fast-analyzer';
const RAMP = '2025-11-01T15:00';
const MINUTE = 60_000;
const atOnce = { breathe: async () => {}, within: <T>(turn: () => Promise<T>) => turn() };

interface Aftermath {
  /** Minutes from the breakage; null: it did not happen. */
  readonly calledAfter: number | null;
  readonly zeroAfter: number | null;
  /** Of the ticks that were tried. */
  readonly ticked: number;
}

/**
 * @param tickOnce what becomes of the tick that a wake-up asks for
 * @param breakIt once, at the beginning
 */
const twentyMinutes = async (
  tickOnce: (world: World) => Promise<unknown>,
  breakIt: (rehearsal: Awaited<ReturnType<typeof at>>) => void = () => {},
): Promise<Aftermath> => {
  const rehearsal = await at(RAMP);
  const { world } = rehearsal;
  const { data } = world;
  await tick(world, NAME);
  const began = data.now;
  const heard = data.announcements.length;
  let memory: Memory = nothingRemembered;
  let aftermath: Aftermath = { calledAfter: null, zeroAfter: null, ticked: 0 };
  breakIt(rehearsal);
  const after = (): number => (data.now - began) / MINUTE;
  // The watchdog has a schedule and a role of its own, and looks half a minute after the ticks.
  for (let look = began + MINUTE / 2; look <= began + 20 * MINUTE; look += MINUTE) {
    while (nextWakeUp(data) <= look) {
      data.now = nextWakeUp(data);
      fire(data);
      aftermath = { ...aftermath, ticked: aftermath.ticked + 1 };
      await tickOnce(world);
    }
    data.now = look;
    ({ memory } = await watchdog(world, memory, atOnce));
    const isCalled = data.announcements.slice(heard).some(({ audience }) => audience === 'onCall');
    const isZero = data.rules.every((rule) => weightOf(rule) === 0);
    aftermath = {
      ...aftermath,
      calledAfter: aftermath.calledAfter ?? (isCalled ? after() : null),
      zeroAfter: aftermath.zeroAfter ?? (isZero ? after() : null),
    };
  }
  return aftermath;
};

const refused = async () => new Fault('REFUSED', 'do that: AccessDenied');
/** Of the tick alone: the watchdog's role is another one. */
const withoutRole = (world: World): World =>
  withPorts(world, {
    journal: { head: refused, append: refused, plan: refused, entries: refused, status: refused, list: refused },
    metrics: { read: refused },
    router: {
      read: async ({ traffic }) =>
        traffic.rules.map((rule) => ({ rule, kind: 'unreadable', fault: new Fault('REFUSED', 'read the rules') })),
      setWeight: refused,
    },
    targets: { health: refused },
    alarms: { states: refused },
    wakeUps: { set: refused, ensure: refused },
    announcements: { publish: refused },
  });

const expectHelp = ({ calledAfter, zeroAfter }: Aftermath): void => {
  expect(calledAfter).not.toBeNull();
  expect(calledAfter).toBeLessThanOrEqual(6);
  expect(zeroAfter).not.toBeNull();
  expect(zeroAfter).toBeLessThanOrEqual(12);
};

describe('a candidate that no tick guards any more', () => {
  it('is taken back where the tick function is broken, or throttled to zero', async () => {
    const aftermath = await twentyMinutes(async () => {
      // A bundle that cannot be loaded, or no invocation at all: nothing comes of the wake-up.
    });
    expect(aftermath.ticked).toBeGreaterThan(15);
    expectHelp(aftermath);
  });

  it('is taken back where the tick dies after its first read, every time', async () => {
    const aftermath = await twentyMinutes(async (world) => {
      const dying = withPorts(world, {
        targets: {
          health: async () => {
            throw new Error('out of memory');
          },
        },
      });
      await expect(tick(dying, NAME)).rejects.toThrow('out of memory');
    });
    expectHelp(aftermath);
  });

  it("is taken back where the tick's role is revoked", async () => {
    expectHelp(
      await twentyMinutes(async (world) => {
        await expect(tick(withoutRole(world), NAME)).rejects.toThrow('its plan cannot be read (REFUSED)');
      }),
    );
  });

  it('is guarded again, and nothing is lowered, where somebody deleted the schedule: people hear of it, and it is made anew', async () => {
    const { calledAfter, zeroAfter, ticked } = await twentyMinutes(
      (world) => tick(world, NAME),
      ({ world: { data } }) => {
        data.repeat = 'none';
        data.once = [];
      },
    );
    expect(calledAfter).toBeLessThanOrEqual(6);
    expect(zeroAfter).toBeNull();
    expect(ticked).toBeGreaterThan(12);
  });

  it('is taken back where somebody deleted the schedule and it cannot be made anew', async () => {
    const rehearsalRefuses = ({ world }: Awaited<ReturnType<typeof at>>): void => {
      world.data.repeat = 'none';
      world.data.once = [];
      Object.assign(world.wakeUps, { ensure: refused });
    };
    expectHelp(await twentyMinutes((world) => tick(world, NAME), rehearsalRefuses));
  });
});

describe('a silence of CloudWatch', () => {
  it('of twenty minutes wakes no watchdog: the ticks go on and say that they are blind', async () => {
    const aftermath = await twentyMinutes((world) =>
      tick(withPorts(world, { metrics: { read: async () => new Fault('UNAVAILABLE', 'read metrics') } }), NAME),
    );
    const { calledAfter, zeroAfter } = aftermath;
    expect(zeroAfter).toBeNull();
    expect(calledAfter).toBeNull();
  });
});
