import { describe, expect, it } from 'vitest';
import { command } from '../../lib/controller/command.ts';
import { Fault } from '../../lib/controller/fault.ts';
import { start } from '../../lib/controller/start.ts';
import { tick } from '../../lib/controller/tick.ts';
import { weightOf } from '../../lib/sim/rules.ts';
import { complete } from '../../lib/sim/run.ts';
import { makeWorld, type SimWorld } from '../../lib/sim/world.ts';
import { operator, planOf, seedPlan } from '../rollout/fixture.ts';
import { shortSource } from '../scenarios/run.ts';
import { at, entryOf, withPorts } from './world.ts';

const NAME = 'ultra-fast-analyzer';
const FAILING = { faults: ['failures x50 from 00:37'] };
/** The tick of this minute decides the rollback (seed 1). */
const DECIDES = '2025-10-31T12:41';

const liveOf = (rehearsal: Awaited<ReturnType<typeof at>>) => rehearsal.world.data.rules.map(weightOf);

describe('a tick', () => {
  it('reads the head again when somebody else wrote first, and decides on what it reads then', async () => {
    const rehearsal = await at('2025-10-31T14:00');
    const { world } = rehearsal;
    let conflicts = 0;
    const contested = withPorts(world, {
      journal: {
        append: async (rollout, revision, body) => {
          if (conflicts++ === 0) return 'conflict';
          return world.journal.append(rollout, revision, body);
        },
      },
    });
    const before = entryOf(rehearsal).revision;
    await tick(contested, NAME);
    expect([conflicts, entryOf(rehearsal).revision]).toEqual([2, before + 1]);
  });

  it('gives up after three conflicts without a write', async () => {
    const rehearsal = await at('2025-11-01T14:00');
    let asked = 0;
    const lost = withPorts(rehearsal.world, {
      journal: {
        append: async () => {
          asked += 1;
          return 'conflict';
        },
      },
    });
    const before = entryOf(rehearsal).revision;
    await tick(lost, NAME);
    expect([asked, entryOf(rehearsal).revision, liveOf(rehearsal)]).toEqual([3, before, [1]]);
  });

  it('rolls back although the journal cannot be written, tells the people on call, and the next tick records it', async () => {
    const rehearsal = await at(DECIDES, FAILING);
    const before = entryOf(rehearsal).revision;
    const unwritable = withPorts(rehearsal.world, {
      journal: { append: async () => new Fault('UNAVAILABLE', 'append to the journal') },
    });
    await tick(unwritable, NAME);
    expect([entryOf(rehearsal).revision, liveOf(rehearsal)]).toEqual([before, [0]]);
    expect(rehearsal.world.data.announcements).toMatchObject([
      { audience: 'onCall', subject: expect.stringContaining('the journal cannot be written') },
    ]);
    rehearsal.world.data.now += 60_000;
    await tick(rehearsal.world, NAME);
    expect(entryOf(rehearsal)).toMatchObject({
      decision: { decision: 'rollBack', reason: { code: 'RECORDED_LATE', of: { code: 'WATCH_TRIPPED' } } },
    });
  });

  it('rolls back also when it loses every race', async () => {
    const rehearsal = await at(DECIDES, FAILING);
    await tick(withPorts(rehearsal.world, { journal: { append: async () => 'conflict' } }), NAME);
    expect(liveOf(rehearsal)).toEqual([0]);
  });

  it('does not wait for the people on call before it lowers, where neither journal nor topic answers', async () => {
    const rehearsal = await at(DECIDES, FAILING);
    let lowered = () => {};
    const isDown = new Promise<void>((resolve) => {
      lowered = resolve;
    });
    const deaf = withPorts(rehearsal.world, {
      journal: { append: async () => new Fault('UNAVAILABLE', 'append to the journal') },
      announcements: { publish: () => isDown.then(() => new Fault('UNAVAILABLE', 'publish')) },
      router: {
        setWeight: async (plan, write) => {
          const written = await rehearsal.world.router.setWeight(plan, write);
          lowered();
          return written;
        },
      },
    });
    await tick(deaf, NAME);
    expect(liveOf(rehearsal)).toEqual([0]);
  });

  it('does not wait for wake-ups before it lowers, and makes sure of the minute one afterwards', async () => {
    const rehearsal = await at(DECIDES, FAILING);
    const seen: (readonly number[])[] = [];
    const asleep = withPorts(rehearsal.world, {
      wakeUps: {
        set: () => new Promise(() => {}),
        ensure: async () => {
          seen.push(liveOf(rehearsal));
          return new Fault('UNAVAILABLE', 'list the schedules');
        },
      },
    });
    await tick(asleep, NAME);
    expect([liveOf(rehearsal), entryOf(rehearsal).decision.decision, seen]).toEqual([[0], 'rollBack', [[0]]]);
  });

  it('does not wait for CloudWatch when an operator rolls back', async () => {
    const rehearsal = await at('2025-11-01T14:00');
    const silent = withPorts(rehearsal.world, { metrics: { read: () => new Promise(() => {}) } });
    const operator = rehearsal.plan.operators.principals[0]?.replace('*', 'ada') ?? '';
    const asked = { kind: 'rollBack', why: 'customers complain' } as const;
    expect(await command(silent, NAME, asked, operator)).toMatchObject({ ok: true });
    expect(liveOf(rehearsal)).toEqual([0]);
  });

  it('goes on judging while the journal cannot be written, however long that lasts', async () => {
    const faults = ['journal unwritable from 00:20 to 04:00', 'failures x50 from 01:25'];
    expect(liveOf(await at('2025-10-31T14:20', { faults }))).toEqual([0]);
  });

  it('does not raise when the journal cannot be written', async () => {
    const rehearsal = await at('2025-11-01T14:00');
    await tick(
      withPorts(rehearsal.world, {
        journal: { append: async () => new Fault('UNAVAILABLE', 'append to the journal') },
      }),
      NAME,
    );
    expect(liveOf(rehearsal)).toEqual([1]);
  });

  it('drops the raise when its entry is no longer the head', async () => {
    const rehearsal = await at('2025-11-01T14:00');
    const { world } = rehearsal;
    let reads = 0;
    const overtaken = withPorts(world, {
      journal: {
        head: async (rollout) => (reads++ === 0 ? world.journal.head(rollout) : { body: '{}', hash: 'another' }),
      },
    });
    await tick(overtaken, NAME);
    expect([entryOf(rehearsal).decision.decision, liveOf(rehearsal)]).toEqual(['advance', [1]]);
    world.data.now += 60_000;
    await tick(world, NAME);
    expect([entryOf(rehearsal).decision.reason.code, liveOf(rehearsal)]).toEqual(['WEIGHT_UNWRITTEN', [10]]);
  });

  it('drops the raise of a rule that somebody lowered after it was observed', async () => {
    const rehearsal = await at('2025-11-01T14:00');
    const { world, plan } = rehearsal;
    const rule = plan.traffic.rules[0] ?? '';
    const lowered = withPorts(world, {
      journal: {
        append: async (rollout, revision, body) => {
          await world.router.setWeight(plan, { rule, weight: 0, from: null, rollback: false });
          return world.journal.append(rollout, revision, body);
        },
      },
    });
    await tick(lowered, NAME);
    expect([entryOf(rehearsal).decision.decision, liveOf(rehearsal)]).toEqual(['advance', [0]]);
  });

  it('writes at most 60 rows into an entry, and all of them in order', async () => {
    const rehearsal = await at('2025-10-31T16:30', { faults: ['no ticks from 00:20 to 04:40'] });
    const rows: string[][] = [];
    const { world } = rehearsal;
    const listening = withPorts(world, {
      journal: {
        append: async (rollout, revision, body) => {
          rows.push(JSON.parse(body).rows.map(({ minute }: { readonly minute: string }) => minute));
          return world.journal.append(rollout, revision, body);
        },
      },
    });
    await tick(listening, NAME);
    expect(Math.max(...rows.map((minutes) => minutes.length))).toBeLessThanOrEqual(60);
    expect(rows.flat().length).toBeGreaterThan(200);
    expect(rows.flat()).toEqual(rows.flat().toSorted());
  });

  it('fails visibly when the journal cannot be read: without it nothing may be decided', async () => {
    const rehearsal = await at('2025-10-31T14:00');
    const unreadable = withPorts(rehearsal.world, {
      journal: { head: async () => new Fault('THROTTLED', 'read the journal') },
    });
    await expect(tick(unreadable, NAME)).rejects.toThrow('its journal cannot be read (THROTTLED)');
  });

  it('writes nothing when nothing is new, and a heartbeat after three minutes', async () => {
    const rehearsal = await at('2025-10-31T13:10');
    await tick(rehearsal.world, NAME);
    const { revision } = entryOf(rehearsal);
    const silent = withPorts(rehearsal.world, {
      metrics: { read: async () => new Fault('THROTTLED', 'read metrics') },
    });
    const from = rehearsal.world.data.now;
    const seen: number[] = [];
    for (const later of [1, 2, 3, 4]) {
      rehearsal.world.data.now = from + later * 60_000;
      await tick(silent, NAME);
      seen.push(entryOf(rehearsal).revision - revision);
    }
    expect(seen).toEqual([0, 0, 1, 1]);
  });

  it('two overlapping ticks record once', async () => {
    const rehearsal = await at('2025-11-01T14:00');
    const before = entryOf(rehearsal).revision;
    await Promise.all([tick(rehearsal.world, NAME), tick(rehearsal.world, NAME)]);
    expect(entryOf(rehearsal).revision - before).toBeLessThanOrEqual(2);
    expect([entryOf(rehearsal).state.phase, liveOf(rehearsal)]).toEqual([1, [10]]);
  });

  it('tries a refused way back again with every tick', async () => {
    const rehearsal = await at(DECIDES, FAILING);
    const { world } = rehearsal;
    const refusing = withPorts(world, { router: { setWeight: async () => new Fault('REFUSED', 'set the weight') } });
    expect(await tick(refusing, NAME)).toMatchObject({ unwritten: [{ code: 'REFUSED', operation: 'set the weight' }] });
    expect([entryOf(rehearsal).state.status, liveOf(rehearsal)]).toEqual(['rollingBack', [1]]);
    const pages: string[] = [];
    for (let later = 1; later <= 6; later++) {
      world.data.now += 60_000;
      await tick(refusing, NAME);
      pages.push(
        ...entryOf(rehearsal).notices.flatMap(({ subject, text }) => (subject.includes('not complete') ? [text] : [])),
      );
    }
    expect(pages).toEqual([expect.stringMatching(/^In the last .*\n.*\b1 %/s)]);
    expect(entryOf(rehearsal).decision.reason).toMatchObject({ code: 'WEIGHT_UNWRITTEN', live: 1, recorded: 0 });
    world.data.now += 60_000;
    await tick(world, NAME);
    expect(liveOf(rehearsal)).toEqual([0]);
  });
});

it('rolls back by a guard although the watch only holds: rule stickiness voids its guarantee, not the limits', async () => {
  const rehearsal = await at('2025-10-31T14:30', { faults: ['sticky rules', 'failures x50 from 00:37'] });
  const told = rehearsal.run.decisions.map(({ decision, reason }) => `${decision} ${reason.code}`);
  expect(told).toContain('hold WATCH_ON_STICKY');
  expect(told).toContain('rollBack GUARD_TRIPPED');
});

describe('wake-ups', () => {
  it.each([
    ['by a command', 0],
    ['within the hour while it is held', 61],
  ])('are made again %s where somebody deleted them', async (_, minutes) => {
    const { world } = await at('2025-10-31T12:30');
    await command(world, NAME, { kind: 'hold', why: 'to look' }, operator);
    world.data.repeat = 'none';
    if (minutes === 0) await command(world, NAME, { kind: 'resume', why: 'it was nothing' }, operator);
    for (let minute = 1; minute <= minutes; minute++) {
      world.data.now += 60_000;
      await tick(world, NAME);
    }
    expect(world.data.repeat).toBe('minute');
  });

  it('are there again after a roll-back, which then ends although somebody had deleted them', async () => {
    const rehearsal = await at('2025-10-31T14:30');
    const { world } = rehearsal;
    world.data.repeat = 'none';
    world.data.once = [];
    await command(world, NAME, { kind: 'rollBack', why: 'complaints' }, operator);
    expect([liveOf(rehearsal), world.data.repeat]).toEqual([[0], 'minute']);
    expect((await complete({ ...rehearsal, until: Number.POSITIVE_INFINITY })).outcome).toBe('rolledBack');
  });

  describe('of a rollout that sleeps before its start', () => {
    /** Registered half a minute before its sleep is over: no new hour and no new five minutes begin until then. */
    const asleep = async () => {
      const source = shortSource.replace('start: 2025-10-31T12:00', 'start: 2025-10-31T12:02');
      const world = makeWorld({ plan: planOf(source), seed: 1, behaviours: [] });
      const wakes = Date.parse('2025-10-31T11:47:00Z');
      world.data.now = wakes - 30_000;
      expect(await start(world, source, operator, { recorded: false })).toMatchObject({ ok: true });
      expect(world.data.repeat).toBe('none');
      return { world, wakes };
    };

    it('are those of every minute from a quarter of an hour before, however late it was registered', async () => {
      const { world, wakes } = await asleep();
      world.data.now = wakes + 5_000;
      await tick(world, NAME);
      expect(world.data.repeat).toBe('minute');
    });

    it('are tried again by the next early look where Scheduler refused the first', async () => {
      const { world, wakes } = await asleep();
      world.data.now = wakes + 5_000;
      await tick(withPorts(world, { wakeUps: { set: async () => new Fault('THROTTLED', 'set the wake-ups') } }), NAME);
      expect(world.data.repeat).toBe('none');
      world.data.now += 60_000;
      await tick(world, NAME);
      expect(world.data.repeat).toBe('minute');
    });
  });

  it('are set only when they differ from the ones in the state', async () => {
    const rehearsal = await at('2025-10-31T13:20');
    let set = 0;
    const counting = withPorts(rehearsal.world, {
      wakeUps: {
        set: async (rollout, wakeUps) => {
          set += 1;
          return rehearsal.world.wakeUps.set(rollout, wakeUps);
        },
      },
    });
    for (let later = 1; later <= 5; later++) {
      rehearsal.world.data.now += 60_000;
      await tick(counting, NAME);
    }
    expect(set).toBe(0);
  });

  it('end with the rollout, but for a daily one until the resting tag agrees', async () => {
    const finished = await at('2025-11-04T16:20');
    expect(entryOf(finished).state.status).toBe('finished');
    expect([finished.world.data.repeat, finished.world.data.claims.size]).toEqual(['daily', 3]);
    for (const rule of finished.world.data.rules) rule.resting = 'candidate';
    finished.world.data.now += 86_400_000;
    await tick(finished.world, NAME);
    expect([finished.world.data.repeat, finished.world.data.claims.size]).toEqual(['none', 0]);
  });

  it('and claims are gone after a rollback', async () => {
    const rolledBack = await at('2025-10-31T13:10', FAILING);
    expect(entryOf(rolledBack).state.status).toBe('rolledBack');
    expect([rolledBack.world.data.repeat, rolledBack.world.data.claims.size]).toEqual(['none', 0]);
  });
});

describe('wake-ups without a journal', () => {
  /** A start ten minutes ago of which this one's fault made nothing. */
  const failedStart = async () => {
    const world = makeWorld({ plan: planOf(shortSource), seed: 1, behaviours: [] });
    world.data.now = seedPlan.start - 5 * 60_000;
    const down = withPorts(world, { journal: { append: async () => new Fault('UNAVAILABLE', 'append') } });
    expect(await start(down, shortSource, operator, { recorded: false })).toMatchObject({ ok: false });
    expect(world.data.repeat).toBe('minute');
    return world;
  };
  const tickAfter = async (world: SimWorld, minutes: number, bent: Parameters<typeof withPorts>[1] = {}) => {
    world.data.now = seedPlan.start + (minutes - 5) * 60_000;
    await expect(tick(withPorts(world, bent), NAME)).rejects.toThrow('its plan cannot be read');
    return [world.data.repeat, world.data.announcements.map(({ audience, subject }) => `${audience} ${subject}`)];
  };
  const GONE = ['none', [`onCall ${NAME}: it has no journal, its wake-ups are removed`]];

  it('stay for ten minutes, in which the start may still write its first entry; then they go, and people are told', async () => {
    const world = await failedStart();
    expect(await tickAfter(world, 1)).toEqual(['minute', []]);
    expect(await tickAfter(world, 10)).toEqual(['minute', []]);
    expect(await tickAfter(world, 11)).toEqual(GONE);
    expect(await tickAfter(world, 12)).toEqual(GONE);
  });

  it('are none to miss for a start that is given again afterwards', async () => {
    const world = await failedStart();
    await tickAfter(world, 11);
    expect(await start(world, shortSource, operator, { recorded: false })).toMatchObject({ ok: true });
    expect(world.data.repeat).toBe('minute');
  });

  it('stay where nobody can say whether there is a journal', async () => {
    const wakeUps = { abandon: () => Promise.reject(new Error('nobody knows that they are abandoned')) };
    const unreadable = { head: async () => new Fault('UNAVAILABLE', 'read the journal') };
    expect(await tickAfter(await failedStart(), 60, { wakeUps, journal: unreadable })).toEqual(['minute', []]);
    const noPlan = { plan: async () => new Fault('UNAVAILABLE', 'read the plan') };
    expect(await tickAfter(await failedStart(), 60, { wakeUps, journal: noPlan })).toEqual(['minute', []]);
  });

  it('are there again where a start has written its first entry while they were taken away', async () => {
    const world = await failedStart();
    const crossing = {
      abandon: async (rollout: string, before: number) => {
        await start(world, shortSource, operator, { recorded: false });
        return world.wakeUps.abandon(rollout, before);
      },
    };
    expect(await tickAfter(world, 20, { wakeUps: crossing })).toEqual(['minute', []]);
    await tick(world, NAME);
  });

  it('are not gone in silence: a tick that can tell nobody, or cannot make them again, fails and says so', async () => {
    const world = await failedStart();
    world.data.now = seedPlan.start + 6 * 60_000;
    const mute = withPorts(world, { announcements: { publish: async () => new Fault('UNAVAILABLE', 'publish') } });
    await expect(tick(mute, NAME)).rejects.toThrow('nobody was told: UNAVAILABLE: cannot publish');
    const other = await failedStart();
    const crossing = withPorts(other, {
      wakeUps: {
        abandon: async () => {
          await start(other, shortSource, operator, { recorded: false });
          return 'removed';
        },
        ensure: async () => new Fault('THROTTLED', 'list the schedules'),
      },
    });
    await expect(tick(crossing, NAME)).rejects.toThrow('may not be woken any more: THROTTLED: cannot list');
  });

  it('are not asked for where only the plan cannot be read', async () => {
    const rehearsal = await at('2025-10-31T14:00');
    const unreadable = withPorts(rehearsal.world, {
      journal: { plan: async () => new Fault('NOT_FOUND', 'read the plan') },
    });
    rehearsal.world.data.now += 3_600_000;
    await expect(tick(unreadable, NAME)).rejects.toThrow('its plan cannot be read (NOT_FOUND)');
    expect(rehearsal.world.data.repeat).toBe('minute');
  });
});
