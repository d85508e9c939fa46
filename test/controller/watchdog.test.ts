import { describe, expect, it } from 'vitest';
import { command } from '../../lib/controller/command.ts';
import { Fault } from '../../lib/controller/fault.ts';
import { tick } from '../../lib/controller/tick.ts';
import { type Looked, type Memory, nothingRemembered, watchdog } from '../../lib/controller/watchdog.ts';
import type { Turns } from '../../lib/controller/watchdog-lower.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import { explain } from '../../lib/rollout/explain.ts';
import { operatorOf } from '../../lib/sim/people.ts';
import { proceed, type Rehearsal } from '../../lib/sim/rehearsal.ts';
import { weightOf, writeWeight } from '../../lib/sim/rules.ts';
import { complete } from '../../lib/sim/run.ts';
import { at, entryOf, withPorts } from './world.ts';

const NAME = 'ultra-fast-analyzer';
const MINUTE = 60_000;
/** In the middle of the ramp at 10 %. */
const RAMP = '2025-11-01T15:00';
const FULL = '2025-11-02T18:00';
const [JOURNAL, WEIGHT] = [new Fault('UNAVAILABLE', 'write the journal'), new Fault('REFUSED', 'set the weight')];
const unwritable = { journal: { append: async () => JOURNAL } };
/** Nobody waits, and nothing takes its time. */
const atOnce: Turns = { breathe: async () => {}, within: (turn) => turn() };
const unreadable = { journal: { list: async () => JOURNAL, head: async () => JOURNAL, plan: async () => JOURNAL } };

type World = Rehearsal['world'];

/** The ticks stand still and the watchdog looks once a minute, some seconds late now and then. */
const ward = (rehearsal: Rehearsal) => {
  const { world } = rehearsal;
  const { data } = world;
  const last = data.now;
  let memory: Memory = nothingRemembered;
  const looks: Looked[] = [];
  const look = async (bent: Parameters<typeof withPorts>[1] = {}): Promise<Looked> => {
    const looked = await watchdog(withPorts(world, bent), memory, atOnce);
    memory = looked.memory;
    looks.push(looked);
    return looked;
  };
  return {
    look,
    /** Looks at every minute up to this many after the last tick. */
    until: async (minute: number, bent: Parameters<typeof withPorts>[1] = {}) => {
      while (data.now < last + minute * MINUTE) {
        data.now = Math.min(last + minute * MINUTE, data.now + MINUTE);
        await look(bent);
      }
    },
    forget: () => {
      memory = nothingRemembered;
    },
    live: () => data.rules.map(weightOf),
    pages: () =>
      data.announcements.map(({ subject, audience }) => `${audience} ${subject.replace(/^ultra-fast-analyzer: /, '')}`),
    looks,
  };
};

/** The head is as old as the last tick's entry. */
const silentFrom = async (instant: string): Promise<Rehearsal> => {
  const rehearsal = await at(instant);
  await tick(rehearsal.world, NAME);
  return rehearsal;
};

describe('a watchdog over one rollout', () => {
  it('says nothing while entries come, and tells how many rollouts are live', async () => {
    const rehearsal = await at(RAMP);
    const dog = ward(rehearsal);
    for (let minute = 0; minute < 10; minute++) {
      await proceed(rehearsal);
      await dog.look();
    }
    expect([dog.pages(), dog.looks.map(({ live }) => live)]).toEqual([[], dog.looks.map(() => 1)]);
    expect(dog.looks.every(({ silences, isIdle }) => silences.length === 0 && !isIdle)).toBe(true);
  });

  it('is silent while CloudWatch is: the ticks go on, and leave heartbeats', async () => {
    const rehearsal = await at(RAMP, { faults: ['cloudwatch throttled from 27:00 to 28:00'] });
    const dog = ward(rehearsal);
    for (let minute = 0; minute < 30; minute++) {
      await proceed(rehearsal);
      await dog.look();
    }
    expect(dog.pages()).toEqual([]);
  });

  it('calls at 5 minutes and every 5 minutes, lowers at 10, and marks that in the journal', async () => {
    const rehearsal = await silentFrom(RAMP);
    const before = entryOf(rehearsal).revision;
    const dog = ward(rehearsal);
    await dog.until(9);
    expect([dog.pages(), dog.live()]).toEqual([['onCall no tick for 5m'], [10]]);
    await dog.until(10);
    expect(dog.live()).toEqual([0]);
    expect(entryOf(rehearsal)).toMatchObject({
      revision: before + 1,
      cause: { by: 'watchdog', staleMinutes: 10 },
      rows: [],
      decision: { decision: 'hold', reason: { code: 'WATCHDOG', staleMinutes: 10 }, setWeight: { weight: 0 } },
      notices: [{ audience: 'onCall', subject: `${NAME}: held: WATCHDOG (ramp)` }],
      state: { weight: 10, holds: [{ code: 'WATCHDOG' }] },
    });
    expect(entryOf(rehearsal).notices[0]?.text).toBe(explain({ code: 'WATCHDOG', staleMinutes: 10 }));
    await dog.until(26);
    expect(dog.pages()).toEqual([5, 10, 15, 20, 25].map((minutes) => `onCall no tick for ${minutes}m`));
    expect(entryOf(rehearsal).revision).toBe(before + 1);
  });

  it('calls for a mark that no look met, and once more after it forgot', async () => {
    const rehearsal = await silentFrom(RAMP);
    const dog = ward(rehearsal);
    await dog.until(4);
    rehearsal.world.data.now += 3 * MINUTE;
    await dog.look();
    dog.forget();
    await dog.look();
    expect(dog.pages()).toEqual(['onCall no tick for 7m', 'onCall no tick for 7m']);
  });

  it('calls again for what nobody got, and says so', async () => {
    const rehearsal = await silentFrom(RAMP);
    const dog = ward(rehearsal);
    await dog.until(4);
    await dog.until(6, { announcements: { publish: async () => new Fault('UNAVAILABLE', 'publish') } });
    expect(dog.looks.slice(-2).map(({ unsent }) => unsent.length)).toEqual([1, 1]);
    await dog.until(7);
    expect([dog.pages(), dog.looks.at(-1)?.unsent]).toEqual([['onCall no tick for 7m'], []]);
  });

  it('moves nothing at weight 100', async () => {
    const dog = ward(await silentFrom(FULL));
    await dog.until(20);
    expect([dog.live(), dog.pages().length]).toEqual([[100], 4]);
  });

  it('goes on lowering as the baseline grows', async () => {
    const rehearsal = await silentFrom(RAMP);
    const dog = ward(rehearsal);
    const { traffic } = rehearsal.plan;
    const baselineOf = (healthy: number) => ({
      targets: {
        health: async (group: string) => ({ healthy: group === traffic.baseline ? healthy : 20, registered: 20 }),
      },
    });
    await dog.until(12, baselineOf(12.5));
    expect(dog.live()).toEqual([5.4]);
    await dog.until(13, baselineOf(13));
    expect(dog.live()).toEqual([1.6]);
    await dog.until(14, baselineOf(14));
    expect(dog.live()).toEqual([0]);
    expect(entryOf(rehearsal).cause).toEqual({ by: 'watchdog', staleMinutes: 14 });
  });

  it('goes on with a rollback that stands still', async () => {
    const rehearsal = await at('2025-10-31T12:41', { faults: ['failures x50 from 00:37'] });
    const dog = ward(rehearsal);
    const refusing = { router: { setWeight: async () => WEIGHT } };
    await tick(withPorts(rehearsal.world, refusing), NAME);
    await dog.until(11, refusing);
    expect([entryOf(rehearsal).state.status, dog.live()]).toEqual(['rollingBack', [1]]);
    expect(dog.pages()).toContain('onCall the weight cannot be lowered');
    await dog.until(12);
    expect([dog.live(), entryOf(rehearsal).decision]).toMatchObject([
      [0],
      { decision: 'rollBack', reason: { code: 'WATCH_TRIPPED' } },
    ]);
    rehearsal.world.data.now += MINUTE;
    await tick(rehearsal.world, NAME);
    expect(entryOf(rehearsal).state.rollback?.verifiedAt).not.toBeNull();
  });

  it("leaves the ticks' wake-ups as they are, also when a new hour begins", async () => {
    const rehearsal = await at('2025-10-31T12:41', { faults: ['failures x50 from 00:37'] });
    const dog = ward(rehearsal);
    const refusing = { router: { setWeight: async () => WEIGHT } };
    await tick(withPorts(rehearsal.world, refusing), NAME);
    let set = 0;
    const counting = {
      set: async () => {
        set += 1;
        return 'set' as const;
      },
    };
    await dog.until(20, { ...refusing, wakeUps: counting });
    expect([entryOf(rehearsal).cause, set]).toEqual([{ by: 'watchdog', staleMinutes: 20 }, 0]);
  });

  it('lowers although the journal cannot be written, calls people, and marks it as soon as it can', async () => {
    const rehearsal = await silentFrom(RAMP);
    const before = entryOf(rehearsal).revision;
    const dog = ward(rehearsal);
    await dog.until(12, unwritable);
    expect([dog.live(), entryOf(rehearsal).revision]).toEqual([[0], before]);
    expect(dog.pages().filter((page) => page.includes('lowered'))).toEqual([
      'onCall lowered, the journal cannot be written',
    ]);
    await dog.until(13);
    expect(entryOf(rehearsal)).toMatchObject({ revision: before + 1, state: { holds: [{ code: 'WATCHDOG' }] } });
  });

  it('lowers nothing when somebody has just written an entry', async () => {
    const dog = ward(await silentFrom(RAMP));
    await dog.until(10, { journal: { append: async () => 'conflict' } });
    expect(dog.live()).toEqual([10]);
  });

  it('makes the minute wake-up again that somebody deleted, and the rollout goes on before anything is lowered', async () => {
    const rehearsal = await silentFrom(RAMP);
    const { data } = rehearsal.world;
    const dog = ward(rehearsal);
    Object.assign(data, { repeat: 'none', once: [] });
    await dog.until(4);
    expect(data.repeat).toBe('none');
    await dog.until(5);
    expect(data.repeat).toBe('minute');
    for (let minute = 0; minute < 20; minute++) {
      await proceed({ ...rehearsal, until: Number.POSITIVE_INFINITY });
      await dog.look();
    }
    expect([dog.live(), entryOf(rehearsal).state.holds, dog.pages()]).toEqual([[10], [], ['onCall no tick for 5m']]);
  });

  it('makes the minute wake-up again for a rollback that nobody would go on with', async () => {
    const rehearsal = await at('2025-10-31T12:41', { faults: ['failures x50 from 00:37'] });
    const { data } = rehearsal.world;
    const dog = ward(rehearsal);
    await tick(rehearsal.world, NAME);
    Object.assign(data, { repeat: 'none', once: [] });
    await dog.until(5);
    expect((await complete({ ...rehearsal, until: Number.POSITIVE_INFINITY })).outcome).toBe('rolledBack');
  });

  it('makes the minute wake-up of a rollout that overslept', async () => {
    const { world } = await at('2025-10-31T11:51');
    Object.assign(world.data, { repeat: 'none', once: [] });
    const later = world.data.now + 6 * MINUTE;
    await watchdog({ ...world, clock: { now: () => later } }, nothingRemembered, atOnce);
    expect(world.data.repeat).toBe('minute');
  });

  it('lowers before it asks for the wake-up, whatever becomes of that, and says what Scheduler said', async () => {
    const rehearsal = await silentFrom(RAMP);
    const dog = ward(rehearsal);
    await dog.until(9);
    const seen: number[] = [];
    const ensure = async () => {
      seen.push(...dog.live());
      return new Fault('THROTTLED', 'list the schedules');
    };
    await dog.until(10, { wakeUps: { ensure } });
    expect([seen, dog.looks.at(-1)?.unwoken.map(String)]).toEqual([[0], ['THROTTLED: cannot list the schedules']]);
  });

  it('makes no wake-up where the journal cannot be read: the rollout may have ended', async () => {
    const rehearsal = await silentFrom(RAMP);
    const dog = ward(rehearsal);
    await dog.until(1);
    Object.assign(rehearsal.world.data, { repeat: 'none', once: [] });
    await dog.until(12, unreadable);
    expect(rehearsal.world.data.repeat).toBe('none');
  });

  it('is idle when nothing is live, and not while a rollout is being started', async () => {
    const rolledBack = ward(await at('2025-10-31T13:10', { faults: ['failures x50 from 00:37'] }));
    expect((await rolledBack.look()).isIdle).toBe(true);
    const beginning = { journal: { list: async () => ['another'], head: async () => undefined } };
    expect(await rolledBack.look(beginning)).toMatchObject({ isIdle: false, live: 0 });
    expect((await rolledBack.look(unreadable)).isIdle).toBe(false);
    const finished = ward(await at('2025-11-04T16:20'));
    expect(await finished.look()).toMatchObject({ isIdle: true, live: 0 });
  });

  it('is idle while a rollout sleeps before its start, and counts it from a quarter of an hour before on', async () => {
    const rehearsal = await at('2025-10-31T11:51');
    const dog = ward(rehearsal);
    const lookAt = (minutesBefore: number) =>
      dog.look({ clock: { now: () => rehearsal.plan.start - minutesBefore * MINUTE } });
    expect(await lookAt(14 * 1440)).toMatchObject({ isIdle: true, live: 0, staleMinutes: 0 });
    expect(await lookAt(15.1)).toMatchObject({ isIdle: true, live: 0 });
    expect(await lookAt(15)).toMatchObject({ isIdle: false, live: 1 });
  });

  it('is idle ten minutes after a start that wrote no entry, however long its claims lie there', async () => {
    const dog = ward(await at('2025-10-31T13:10', { faults: ['failures x50 from 00:37'] }));
    const failed = { journal: { list: async () => ['failed'], head: async () => undefined } };
    await dog.until(30, failed);
    expect(dog.looks.map(({ isIdle }) => isIdle)).toEqual(dog.looks.map((_, look) => look > 10));
    const another = { journal: { ...failed.journal, list: async () => ['another', 'failed'] } };
    expect((await dog.look(another)).isIdle).toBe(false);
  });
});

describe('a watchdog that cannot read the journal', () => {
  it('moves nothing for 30 minutes and calls every 5, then lowers what it knew', async () => {
    const dog = ward(await silentFrom(RAMP));
    await dog.until(1);
    await dog.until(31, unreadable);
    expect(dog.live()).toEqual([10]);
    expect(dog.pages()).toEqual(
      [5, 10, 15, 20, 25].map((minutes) => `onCall the journal cannot be read for ${minutes}m`),
    );
    await dog.until(32, unreadable);
    expect([dog.live(), dog.pages().at(-1)]).toEqual([[0], 'onCall lowered, the journal cannot be written']);
  });

  it('marks what it lowered when the journal can be read again', async () => {
    const rehearsal = await silentFrom(RAMP);
    const dog = ward(rehearsal);
    await dog.until(1);
    await dog.until(33, unreadable);
    await dog.until(34);
    expect(entryOf(rehearsal)).toMatchObject({
      cause: { by: 'watchdog', staleMinutes: 34 },
      decision: { decision: 'hold', reason: { code: 'WATCHDOG' } },
    });
  });

  it('lowers nothing where weight 100 has been reached meanwhile', async () => {
    const rehearsal = await silentFrom(RAMP);
    const dog = ward(rehearsal);
    await dog.until(1);
    for (const rule of rehearsal.world.data.rules) writeWeight(rule, 100, rehearsal.world.data.now);
    await dog.until(40, unreadable);
    expect(dog.live()).toEqual([100]);
  });

  it('knows nothing after a cold start, and only calls', async () => {
    const dog = ward(await silentFrom(RAMP));
    await dog.until(45, unreadable);
    expect([dog.live(), dog.pages().length]).toEqual([[10], 8]);
  });

  it('looks at those it knows where only the list cannot be read', async () => {
    const dog = ward(await silentFrom(RAMP));
    await dog.until(1);
    await dog.until(10, { journal: { list: async () => JOURNAL } });
    expect([dog.live(), dog.pages()]).toEqual([
      [0],
      ['onCall no tick for 5m', 'onCall the journal cannot be read for 5m', 'onCall no tick for 10m'].toSorted(
        (one, other) => order(one) - order(other),
      ),
    ]);
  });

  it('takes an entry of another schema for one that cannot be read', async () => {
    const rehearsal = await silentFrom(RAMP);
    const dog = ward(rehearsal);
    const { body = '', hash = '' } = (await rehearsal.world.journal.head(NAME)) as { body: string; hash: string };
    const newer = { body: body.replace('"schema":1', '"schema":2'), hash };
    await dog.until(7, { journal: { head: async () => newer } });
    expect(dog.pages()).toEqual(['onCall the journal cannot be read for 5m']);
  });
});

const order = (page: string): number => (page.includes('journal') ? 1.5 : Number(/\d+/.exec(page)?.[0]) / 5);

describe('several rollouts', () => {
  /** One world seen as several rollouts, each with its weight. */
  const severals = async (weights: Readonly<Record<string, number>>) => {
    const rehearsal = await silentFrom(RAMP);
    const { world } = rehearsal;
    const live = new Map(Object.entries(weights));
    const entry = entryOf(rehearsal);
    const bodyOf = (rollout: string): string =>
      JSON.stringify({
        ...entry,
        rollout,
        state: { ...entry.state, rollout, weight: weights[rollout] ?? 0 },
      } satisfies Entry);
    const lowered: string[] = [];
    const bent = withPorts(world, {
      journal: {
        list: async () => Object.keys(weights),
        head: async (rollout) => ({ body: bodyOf(rollout), hash: 'hash' }),
        plan: async (rollout) => ({ ...rehearsal.plan, rollout }),
        append: async () => 'appended',
      },
      router: {
        read: async ({ rollout, traffic }) =>
          traffic.rules.map((rule) => ({ rule, kind: 'weighted', weight: live.get(rollout) ?? 0, sticky: false })),
        setWeight: async ({ rollout }, { weight }) => {
          lowered.push(rollout);
          live.set(rollout, weight);
          return 'written';
        },
      },
    });
    return { world: bent, data: world.data, lowered };
  };

  it('is called once with all names; only weights above 25 are lowered, with a breath between two', async () => {
    const { world, data, lowered } = await severals({ a: 10, b: 30, c: 25, d: 50, e: 90, f: 100 });
    const told: string[] = [];
    data.now += 11 * MINUTE;
    await watchdog(world, nothingRemembered, {
      ...atOnce,
      breathe: async () => {
        told.push(`breath after ${lowered.length}`);
      },
    });
    expect([lowered, told]).toEqual([
      ['e', 'd', 'b'],
      ['breath after 1', 'breath after 2'],
    ]);
    expect(data.announcements).toMatchObject([
      { rollout: '*', audience: 'onCall', subject: 'no ticks: 6 rollouts are silent, the controller is sick' },
    ]);
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) expect(data.announcements[0]?.text).toContain(`${name}: baking`);
  });

  it('are all called about at once, so that a topic that does not answer leaves time for lowering', async () => {
    const { world, data } = await severals({ a: 50, b: 40, c: 30 });
    data.now += 11 * MINUTE;
    const asked: string[] = [];
    let release = () => {};
    const answered = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = withPorts(world, {
      announcements: {
        publish: async ({ rollout }) => {
          asked.push(rollout);
          if (asked.length === 3) release();
          await answered;
          return 'published';
        },
      },
    });
    expect((await watchdog(slow, nothingRemembered, atOnce)).lowered).toEqual(['a', 'b', 'c']);
    expect(asked).toEqual(['a', 'b', 'c']);
  });

  it('do not wait for one that cannot be lowered: it comes last from then on', async () => {
    const { world, data, lowered } = await severals({ a: 50, b: 40, c: 30 });
    const refusing = withPorts(world, {
      router: {
        setWeight: async (plan, write) => {
          if (plan.rollout !== 'a' || tried.includes('a again')) return world.router.setWeight(plan, write);
          tried.push(`a after ${lowered.join()}`);
          return WEIGHT;
        },
      },
    });
    const tried: string[] = [];
    data.now += 11 * MINUTE;
    let turns = 0;
    /** Time for two. */
    const scarce: Turns = { ...atOnce, within: async (turn) => (turns++ < 2 ? turn() : undefined) };
    const first = await watchdog(refusing, nothingRemembered, scarce);
    expect([tried, lowered, first.lowered]).toEqual([['a after '], ['b'], ['b']]);
    turns = 0;
    data.now += MINUTE;
    const second = await watchdog(refusing, first.memory, scarce);
    expect([tried, lowered, second.lowered]).toEqual([['a after '], ['b', 'c'], ['c']]);
    data.now += MINUTE;
    tried.push('a again');
    expect((await watchdog(refusing, second.memory, atOnce)).lowered).toEqual(['a']);
  });

  it('have nobody breathe once no time is left', async () => {
    const { world, data } = await severals({ a: 50, b: 45, c: 40, d: 35, e: 30 });
    data.now += 11 * MINUTE;
    let [turns, breaths] = [0, 0];
    await watchdog(world, nothingRemembered, {
      breathe: async () => {
        breaths += 1;
      },
      within: async (turn) => (turns++ < 1 ? turn() : undefined),
    });
    expect([turns, breaths]).toEqual([2, 1]);
  });

  it('each get their turn where none can be lowered', async () => {
    const { world, data } = await severals({ a: 50, b: 40, c: 30 });
    const tried: string[] = [];
    const refusing = withPorts(world, {
      router: {
        setWeight: async ({ rollout }) => {
          tried.push(rollout);
          return WEIGHT;
        },
      },
    });
    let memory = nothingRemembered;
    const look = async (minutes: number): Promise<void> => {
      data.now += minutes * MINUTE;
      let turns = 0;
      ({ memory } = await watchdog(refusing, memory, {
        ...atOnce,
        within: async (turn) => (turns++ < 2 ? turn() : undefined),
      }));
    };
    for (const minutes of [11, 1, 1, 1]) await look(minutes);
    expect(tried.splice(0).join('')).toBe('abcabaca');
    // Their ticks come back, and fall silent again: what was then is no matter any more.
    for (const minutes of [-14, 12]) await look(minutes);
    expect(tried.join('')).toBe('ab');
  });

  it('lowers a dozen at most in one look, and the rest a minute later', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `r${index}`);
    const { world, data, lowered } = await severals(Object.fromEntries(names.map((name) => [name, 50])));
    data.now += 11 * MINUTE;
    const { memory } = await watchdog(world, nothingRemembered, atOnce);
    expect(lowered.length).toBe(12);
    await watchdog(world, memory, atOnce);
    expect(new Set(lowered).size).toBe(20);
  });
});

describe('ticks that come back', () => {
  const backAfter = async (instant: string, minutes: number, bent: Parameters<typeof withPorts>[1] = {}) => {
    const rehearsal = await silentFrom(instant);
    const dog = ward(rehearsal);
    await dog.until(minutes, bent);
    const { data } = rehearsal.world;
    const ticks = async (count: number): Promise<void> => {
      for (let index = 0; index < count; index++) {
        data.now += MINUTE;
        await tick(rehearsal.world, NAME);
        await dog.look();
      }
    };
    return { rehearsal, dog, ticks };
  };
  const holdsOf = (rehearsal: Rehearsal) => entryOf(rehearsal).state.holds.map(({ code }) => code);
  const resume = ({ world, plan }: { readonly world: World; readonly plan: Rehearsal['plan'] }) =>
    command(world, NAME, { kind: 'resume', why: 'the ticks are back' }, operatorOf(plan));

  it('hold under WATCHDOG alone, raise nothing, and are no cause for another call', async () => {
    const { rehearsal, dog, ticks } = await backAfter(RAMP, 12);
    const pages = dog.pages().length;
    await ticks(3);
    expect([holdsOf(rehearsal), entryOf(rehearsal).decision.reason.code]).toEqual([['WATCHDOG'], 'WATCHDOG']);
    await ticks(57);
    expect(holdsOf(rehearsal)).toEqual(['WATCHDOG']);
    expect([dog.live(), dog.pages().length, entryOf(rehearsal).state.weight]).toEqual([[0], pages, 10]);
  });

  it('go on after a resume: the weight is set again, and the phase bakes anew', async () => {
    const { rehearsal, dog, ticks } = await backAfter(RAMP, 12);
    await ticks(3);
    expect(await resume(rehearsal)).toMatchObject({ ok: true });
    const seen = rehearsal.unseen.length;
    await ticks(30);
    const held = rehearsal.unseen.slice(seen).flatMap((body) => (JSON.parse(body) as Entry).state.holds);
    expect(held).toEqual([]);
    expect([dog.live(), entryOf(rehearsal).state.bake.restarts]).toEqual([[10], 1]);
  });

  it('do not raise a weight that was never confirmed', async () => {
    const rehearsal = await at('2025-11-01T14:00');
    await tick(rehearsal.world, NAME);
    const dog = ward(rehearsal);
    expect([entryOf(rehearsal).decision.decision, dog.live()]).toEqual(['advance', [10]]);
    await dog.until(12);
    rehearsal.world.data.now += MINUTE;
    await tick(rehearsal.world, NAME);
    expect([dog.live(), holdsOf(rehearsal)[0]]).toEqual([[0], 'WATCHDOG']);
  });

  it('see somebody else at work where the watchdog could not record what it did', async () => {
    const { rehearsal, dog, ticks } = await backAfter(RAMP, 12, unwritable);
    await ticks(1);
    expect([dog.live(), holdsOf(rehearsal)[0]]).toEqual([[0], 'WEIGHT_LOWERED_OUTSIDE']);
  });

  it('have seen that themselves: when they fall silent again nothing is marked any more', async () => {
    const { rehearsal, dog, ticks } = await backAfter(RAMP, 12, unwritable);
    await ticks(1);
    await dog.until(30);
    expect([dog.pages().at(-1), holdsOf(rehearsal)[0], holdsOf(rehearsal).includes('WATCHDOG')]).toEqual([
      'onCall no tick for 15m',
      'WEIGHT_LOWERED_OUTSIDE',
      false,
    ]);
  });

  it('before 10 minutes find everything as it was', async () => {
    const { rehearsal, dog, ticks } = await backAfter(RAMP, 9);
    await ticks(1);
    expect([dog.live(), holdsOf(rehearsal)]).toEqual([[10], []]);
  });
});
