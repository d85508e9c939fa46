import { describe, expect, it } from 'vitest';
import { command } from '../../lib/controller/command.ts';
import { Fault } from '../../lib/controller/fault.ts';
import { preflight } from '../../lib/controller/preflight.ts';
import { start } from '../../lib/controller/start.ts';
import { tick } from '../../lib/controller/tick.ts';
import type { DayBefore } from '../../lib/judge/verdict.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { Command } from '../../lib/rollout/command.ts';
import { operatorOf } from '../../lib/sim/people.ts';
import { makeWorld } from '../../lib/sim/world.ts';
import { planWith } from '../judge/plan.ts';
import { operator, planOf, principal, seedPlan } from '../rollout/fixture.ts';
import { shortSource } from '../scenarios/run.ts';
import { at, entryOf, withPorts } from './world.ts';

const NAME = 'ultra-fast-analyzer';
const LIVE = { recorded: false };
const AFTER_OTHERS = shortSource.replace('release:', 'after: [first, second]\nrelease:');

const freshWorld = (source = shortSource) => {
  const world = makeWorld({ plan: planOf(source), seed: 1, behaviours: [] });
  world.data.now = seedPlan.start - 600_000;
  return world;
};

const problemsOf = (started: Awaited<ReturnType<typeof start>>): string =>
  started.ok ? 'started' : started.problems.join('\n');

describe('start', () => {
  it('remembers who started where duties are separated, and of a deployment that nobody knows', async () => {
    const source = shortSource.replace('release:', 'separationOfDuty: true\nrelease:');
    const starterIn = async (text: string, deployed: boolean) => {
      const world = freshWorld(text);
      expect(await start(world, text, operator, { recorded: false, deployed })).toMatchObject({ ok: true });
      return JSON.parse(world.data.head?.body ?? '{}').state.starter;
    };
    expect(await starterIn(source, false)).toBe(operator);
    expect(await starterIn(source, true)).toBeNull();
    expect(await starterIn(shortSource, false)).toBeUndefined();
  });

  it('registers a rollout: entry 0, claims, wake-ups', async () => {
    const world = freshWorld();
    expect(await start(world, shortSource, operator, LIVE)).toMatchObject({ ok: true });
    expect(JSON.parse(world.data.head?.body ?? '{}')).toMatchObject({
      revision: 0,
      previous: '',
      decision: { reason: { code: 'SCHEDULED' } },
      state: { status: 'scheduled' },
      plan: { source: shortSource },
    });
    expect(world.data.claims.size).toBe(3);
    expect(world.data.repeat).toBe('minute');
  });

  it('sleeps until shortly before a start that is days ahead, and is woken more than once then', async () => {
    const world = freshWorld();
    world.data.now = seedPlan.start - 3 * 86_400_000;
    await start(world, shortSource, operator, LIVE);
    const before = world.data.once.map((when) => (seedPlan.start - when) / 60_000);
    expect([world.data.repeat, before]).toEqual(['none', [15, 14, 13, 0]]);
  });

  it('refuses an invalid plan with all its problems, and claims nothing', async () => {
    const world = freshWorld();
    const started = await start(
      world,
      shortSource.replace('weight: 1%', 'weight: 101%').replace('bake: 2h', 'bake: soon'),
      operator,
      LIVE,
    );
    expect(problemsOf(started)).toMatch(/phases\[0\]\.weight[\s\S]*phases\[0\]\.bake/);
    expect([world.data.claims.size, world.data.head]).toEqual([0, null]);
  });

  it('refuses whoever is no operator of the plan', async () => {
    expect(problemsOf(await start(freshWorld(), shortSource, principal('FinanceLead'), LIVE))).toContain(
      'only an operator',
    );
  });

  it('refuses a name that exists: a new attempt needs a new name', async () => {
    const world = freshWorld();
    await start(world, shortSource, operator, LIVE);
    expect(problemsOf(await start(world, shortSource, operator, LIVE))).toContain('a new attempt needs a new name');
  });

  it('refuses a rule or a target group that another rollout owns', async () => {
    const world = freshWorld();
    world.data.claims.set(seedPlan.traffic.baseline, 'another');
    expect(problemsOf(await start(world, shortSource, operator, LIVE))).toContain('belongs to rollout another');
    expect(world.data.head).toBeNull();
  });

  it('claims its name only where it comes after others, which may own its rule until then', async () => {
    const world = freshWorld(AFTER_OTHERS);
    world.data.claims.set(seedPlan.traffic.baseline, 'first');
    expect(await start(world, AFTER_OTHERS, operator, LIVE)).toMatchObject({ ok: true });
    expect([...world.data.claims]).toEqual([
      [seedPlan.traffic.baseline, 'first'],
      [NAME, NAME],
    ]);
    expect(await world.journal.list('live')).toEqual(['first', NAME]);
  });

  it('refuses when no wake-up can be set, and may be given again', async () => {
    const world = freshWorld();
    const down = withPorts(world, { wakeUps: { set: async () => new Fault('THROTTLED', 'set the wake-ups') } });
    expect(problemsOf(await start(down, shortSource, operator, LIVE))).toContain('cannot set the wake-ups');
    expect(await start(world, shortSource, operator, LIVE)).toMatchObject({ ok: true });
  });

  it('sets its wake-ups once more after its first entry: somebody may have taken them away until then', async () => {
    const world = freshWorld();
    const crossed = withPorts(world, {
      journal: {
        append: async (...given) => {
          world.data.repeat = 'none';
          return world.journal.append(...given);
        },
      },
    });
    expect(await start(crossed, shortSource, operator, LIVE)).toMatchObject({ ok: true });
    expect(world.data.repeat).toBe('minute');
  });

  it('stands although that fails, and tells the people on call; where they cannot be told, its answer does', async () => {
    const failing = (world: ReturnType<typeof freshWorld>): Parameters<typeof withPorts>[1] => ({
      wakeUps: {
        set: async (...given) =>
          world.data.head === null ? world.wakeUps.set(...given) : new Fault('THROTTLED', 'list the schedules'),
      },
    });
    const world = freshWorld();
    expect(await start(withPorts(world, failing(world)), shortSource, operator, LIVE)).toMatchObject({ ok: true });
    expect(world.data.announcements).toMatchObject([
      { audience: 'onCall', text: expect.stringContaining('THROTTLED: cannot list the schedules') },
    ]);
    const mute = freshWorld();
    const announcements = { publish: async () => new Fault('UNAVAILABLE', 'publish') };
    expect(
      problemsOf(await start(withPorts(mute, { ...failing(mute), announcements }), shortSource, operator, LIVE)),
    ).toBe(`rollout ${NAME} is scheduled, but THROTTLED: cannot list the schedules, and UNAVAILABLE: cannot publish`);
  });

  it('says so when the journal cannot be read or written', async () => {
    const down = { journal: { head: async () => new Fault('UNAVAILABLE', 'read the journal') } };
    expect(problemsOf(await start(withPorts(freshWorld(), down), shortSource, operator, LIVE))).toContain(
      'cannot read the journal',
    );
  });
});

/** All but its name. */
const COGNITO = { kind: 'weighted', weight: 0, sticky: false, cognito: true } as const;

describe('preflight', () => {
  const seenAll = async (world: ReturnType<typeof freshWorld>) => ({
    now: seedPlan.start,
    rules: await world.router.read(seedPlan, true),
    alarms: ['ok' as const],
    health: { candidate: null, baseline: null },
    recorded: false,
    incidents: [],
    after: [],
  });
  const problems = async (
    change: (world: ReturnType<typeof freshWorld>) => void,
    bend: Parameters<typeof withPorts>[1] = {},
    more: object = {},
  ) => {
    const world = freshWorld();
    world.data.now = seedPlan.start;
    change(world);
    const seen = { ...(await seenAll(world)), ...more };
    return (await preflight(withPorts(world, bend), seedPlan, seen)).problems.join('\n');
  };
  const facts = (change: object) => ({
    targets: {
      facts: async () => ({
        healthy: 20,
        registered: 20,
        targetStickiness: false,
        usedBy: seedPlan.traffic.rules,
        ...change,
      }),
    },
  });

  const hopeless = async (plan: Plan, day: DayBefore): Promise<readonly string[]> => {
    const world = makeWorld({ plan, seed: 1, behaviours: [] });
    world.data.now = plan.start;
    const seen = { ...(await seenAll(world)), rules: await world.router.read(plan, true), alarms: [] };
    const bent = withPorts(world, { metrics: { dayBefore: async () => day } });
    return (await preflight(bent, plan, seen)).problems;
  };

  it('finds nothing in a sound world, and says which rollback form each rule takes', async () => {
    const world = freshWorld();
    world.data.now = seedPlan.start;
    const found = await preflight(world, seedPlan, await seenAll(world));
    expect(found.problems).toEqual([]);
    expect(found.notes.join()).toContain('both groups with weight 0 and rule stickiness off');
    expect(found.dayBefore.failureShare).toBeGreaterThan(0);
  });

  it('warns of gates that cannot be decided at the traffic of the day before', async () => {
    const world = freshWorld();
    const day = { requestsPerMinute: 317, failureShare: 0.0008, unavailableShare: 0 };
    const found = await preflight(
      withPorts(world, { metrics: { dayBefore: async () => day } }),
      seedPlan,
      await seenAll(world),
    );
    expect([found.problems, found.notes.join()]).toEqual([
      [],
      expect.stringContaining(
        'phase canary: 317 requests/min × 1 % × 116 min = 368 requests; availability > 99.9% needs 10,567 requests (D = 3): use 29 %',
      ),
    ]);
  });

  it('says when the rollout is likely to end, and where it is likely to be held', async () => {
    const notes = async (requestsPerMinute: number) => {
      const day = { requestsPerMinute, failureShare: 0.0008, unavailableShare: 0 };
      const world = freshWorld();
      const bent = withPorts(world, { metrics: { dayBefore: async () => day } });
      return (await preflight(bent, seedPlan, await seenAll(world))).notes;
    };
    expect(await notes(12_000)).toContain('the rollout ends 2025-11-15 16:00 UTC, likely as planned');
    expect(await notes(317)).toContain(
      'the rollout ends 2025-11-15 16:00 UTC at the earliest; phase canary is likely to be held until an operator acts',
    );
  });

  it("says the baseline's failures by zone where they are known, and keeps them out of the journal", async () => {
    const world = freshWorld();
    const day = {
      requestsPerMinute: 12_000,
      failureShare: 0.0008,
      unavailableShare: 0,
      zones: [
        { zone: 'us-east-1a', requests: 10_000, failures: 8 },
        { zone: 'us-east-1b', requests: 0, failures: 0 },
        { zone: 'us-east-1c', requests: 10_000, failures: 912 },
      ],
    };
    const found = await preflight(
      withPorts(world, { metrics: { dayBefore: async () => day } }),
      seedPlan,
      await seenAll(world),
    );
    expect(found.notes).toContain(
      "the baseline's failures by zone the day before: us-east-1a 0.08 %, us-east-1c 9.12 %",
    );
    expect(found.dayBefore).toEqual({ requestsPerMinute: 12_000, failureShare: 0.0008, unavailableShare: 0 });
  });

  it('reckons with the clumps that were measured, and says how large they were or that nobody knows', async () => {
    const notes = async (clumpiness: DayBefore['clumpiness']) => {
      const world = freshWorld();
      const day = { requestsPerMinute: 317, failureShare: 0.0008, unavailableShare: 0, clumpiness };
      const bent = withPorts(world, { metrics: { dayBefore: async () => day } });
      return (await preflight(bent, seedPlan, await seenAll(world))).notes.join('\n');
    };
    const five = await notes({ clumpSize: 5, isMeasured: true, blockMinutes: 1 });
    expect(five).toContain("the baseline's failures came in clumps of 5 the day before");
    expect(five).toContain('availability > 99.9% needs 17,611 requests (D = 5)');
    for (const unknown of [null, { clumpSize: 3, isMeasured: false, blockMinutes: 1 }] as const) {
      const three = await notes(unknown);
      expect(three).toContain('clumps of 3 are assumed');
      expect(three).toContain('availability > 99.9% needs 10,567 requests (D = 3)');
    }
  });

  it('says where failures carry on, and what the watch would have said of the zones of the day before', async () => {
    const notes = async (day: Partial<DayBefore>) => {
      const world = freshWorld();
      const before = { requestsPerMinute: 12_000, failureShare: 0.0008, unavailableShare: 0, ...day };
      const bent = withPorts(world, { metrics: { dayBefore: async () => before } });
      return (await preflight(bent, seedPlan, await seenAll(world))).notes.join('\n');
    };
    const carried = await notes({ clumpiness: { clumpSize: 5, isMeasured: true, blockMinutes: 5 } });
    expect(carried).toContain(
      'clumps of 5 the day before and carried on from minute to minute: the watch takes blocks of 5 minutes',
    );
    expect(carried).not.toContain('zones as the candidate');
    expect(await notes({ selfTest: { zones: 3, stopped: [] } })).toContain(
      'tried on the day before with each of 3 zones as the candidate, the watch would have rolled back none',
    );
    const stopped = [{ zone: 'us-east-1c', minute: '2025-10-30T14:07Z' }];
    expect(await notes({ selfTest: { zones: 3, stopped } })).toContain(
      'the watch would have rolled back us-east-1c (2025-10-30 14:07 UTC): the zones fail differently',
    );
  });

  it('keeps of the day before what the rollout is judged by, in its first entry after the start', async () => {
    const rehearsal = await at('2025-10-31T12:01');
    const { before, clumpiness } = entryOf(rehearsal).state.judge;
    expect(before).toEqual(await rehearsal.world.metrics.dayBefore(seedPlan, seedPlan.start));
    expect(before).toMatchObject({
      slowShares: { '200ms': expect.any(Number), '250ms': expect.any(Number) },
      latency: { p90: 21, p99: 46 },
      clumpiness: { clumpSize: clumpiness, isMeasured: true, blockMinutes: 1 },
    });
    expect(Math.abs(clumpiness - 2)).toBeLessThan(0.2);
  });

  it.each([
    [
      'latencyP99 < 200ms',
      { slowShares: { '200ms': 0.0213 } },
      "2.13 % of the baseline's own answers took longer than 200ms",
    ],
    [
      'latencyP99 < 200ms',
      { slowShares: { '200ms': 0.0099 } },
      "0.990 % of the baseline's own answers took longer than 200ms",
      ', too near to the limit to be told from it',
    ],
    ['latencyP99 < 200ms', { slowShares: { '200ms': 0.0095 } }, undefined],
    ['latencyP99 < 200ms', { slowShares: null }, undefined],
    ['latencyP99 < 200ms', {}, undefined],
    ['not latencyP99 > 200ms', { slowShares: { '200ms': 0.9 } }, undefined],
  ])(
    'takes %s for hopeless only where the baseline is known not to keep it: %o',
    async (advance, more, said, why = '') => {
      const day = { requestsPerMinute: 12_000, failureShare: 0.0008, unavailableShare: 0, ...more };
      const found = await hopeless(planWith({ advance: [advance] }), day);
      expect(found).toEqual(
        said === undefined ? [] : [`phase phase-0: "${advance}" can never pass, ${said} the day before${why}`],
      );
    },
  );

  it('takes unanswered requests for hopeless only where they are not judged net of the baseline', async () => {
    const day = { requestsPerMinute: 12_000, failureShare: 0.0008, unavailableShare: 0.002 };
    const plan = (availability: string) => planWith({ advance: ['availability > 99.9%'], availability });
    expect(await hopeless(plan('answered'), day)).toEqual([]);
    expect(await hopeless(plan('connectionErrors'), day)).toEqual([
      'phase phase-0: "availability > 99.9%" can never pass, 0.200 % of the baseline\'s own requests had a connection error the day before',
    ]);
  });

  it('says that a rollback forwards to the baseline alone where a group has target-level stickiness', async () => {
    const world = freshWorld();
    const found = await preflight(withPorts(world, facts({ targetStickiness: true })), seedPlan, await seenAll(world));
    expect(found.notes.join()).toContain('forwards to the baseline alone');
  });

  describe('of a rollout that comes after others', () => {
    const plan = planOf(AFTER_OTHERS);
    const [rule = ''] = plan.traffic.rules;
    /** @param owned by whom a rule of the plan is owned */
    const found = async (first: string, second: string | null, owned?: string) => {
      const world = freshWorld(AFTER_OTHERS);
      world.data.now = plan.start;
      if (owned !== undefined) world.data.claims.set(rule, owned);
      const after = [
        { rollout: 'first', status: first },
        { rollout: 'second', status: second },
      ];
      const { problems: against } = await preflight(world, plan, { ...(await seenAll(world)), after });
      return { against, claims: [...world.data.claims] };
    };

    it('takes its rules and groups when all of them have finished', async () => {
      expect(await found('finished', 'finished')).toEqual({
        against: [],
        claims: [rule, plan.traffic.baseline, plan.traffic.candidate].map((key) => [key, NAME]),
      });
    });
    it.each(['passed', 'rolledBack', 'closed', null])('takes nothing while one of them is %s', async (status) => {
      expect(await found('finished', status)).toEqual({ against: [], claims: [] });
    });
    it('finds what one of them still owns, and what somebody else took', async () => {
      expect((await found('finished', 'finished', 'first')).against).toEqual([
        expect.stringContaining("belongs to rollout first until the service's template says where the traffic rests"),
      ]);
      const other = await found('finished', 'finished', 'another');
      expect(other).toEqual({
        against: [`${rule} belongs to rollout another, which is live`],
        claims: [[rule, 'another']],
      });
    });
    it('finds that the journal does not answer', async () => {
      const world = freshWorld(AFTER_OTHERS);
      const down = { journal: { claim: async () => new Fault('UNAVAILABLE', 'claim a rule') } };
      const after = [{ rollout: 'first', status: 'finished' }];
      const seen = { ...(await seenAll(world)), after };
      expect((await preflight(withPorts(world, down), plan, seen)).problems).toContain(
        'UNAVAILABLE: cannot claim a rule',
      );
    });
  });

  it.each<[string, Promise<string>, string]>([
    [
      'weights that are not 100/0',
      problems(({ data }) => {
        for (const rule of data.rules) rule.candidate = 500;
      }),
      'must send everything to the baseline',
    ],
    [
      'a baseline that is not the resting group',
      problems(({ data }) => {
        for (const rule of data.rules) rule.resting = 'candidate';
      }),
      'must be the resting group',
    ],
    [
      'a rule that forwards elsewhere',
      problems(({ data }) => {
        for (const rule of data.rules) rule.foreign = 'third';
      }),
      'target groups only',
    ],
    [
      'a rule that is gone',
      problems(({ data }) => {
        for (const rule of data.rules) rule.gone = true;
      }),
      'does not exist',
    ],
    [
      'a rule whose users log in with Amazon Cognito',
      problems(() => {}, {}, { rules: seedPlan.traffic.rules.map((rule) => ({ ...COGNITO, rule })) }),
      'Sluice may not; let it log in with authenticate-oidc',
    ],
    ['no healthy targets', problems(() => {}, facts({ healthy: 0 })), 'must have healthy targets; it has 0 of 20'],
    [
      'a target group of another rule',
      problems(() => {}, facts({ usedBy: [...seedPlan.traffic.rules, 'arn:other'] })),
      'it also serves arn:other',
    ],
    ['a target group that is in no rule', problems(() => {}, facts({ usedBy: [] })), 'must belong to every rule'],
    [
      'targets that cannot be read',
      problems(() => {}, { targets: { facts: async () => new Fault('THROTTLED', 'read targets') } }),
      'cannot be read (THROTTLED)',
    ],
    [
      'an alarm that is on',
      problems(() => {}, {}, { alarms: ['alarm'] }),
      'incident open: alarm learn-critical-incident',
    ],
    [
      'an alarm that does not exist',
      problems(() => {}, {}, { alarms: ['insufficient'] }),
      'does not exist or has no data',
    ],
    ['alarms that cannot be read', problems(() => {}, {}, { alarms: null }), 'alarms cannot be read'],
    ['an incident that somebody opened', problems(() => {}, {}, { incidents: ['db'] }), 'incident open: db'],
    [
      'a baseline without requests',
      problems(() => {}, { metrics: { read: async () => [] } }),
      'no requests for 15 minutes',
    ],
    [
      'CloudWatch that cannot be read',
      problems(() => {}, { metrics: { read: async () => new Fault('THROTTLED', 'read metrics') } }),
      'CloudWatch cannot be read',
    ],
    [
      'a limit that the baseline itself does not keep',
      problems(() => {}, {
        metrics: { dayBefore: async () => ({ requestsPerMinute: 12_000, failureShare: 0.006, unavailableShare: 0 }) },
      }),
      'phase ramp: "errorRate < 0.5%" can never pass',
    ],
  ])('refuses %s', async (_, found, piece) => {
    expect(await found).toContain(piece);
  });

  it('is asked at the start with every tick, and the rollout waits until it finds nothing', async () => {
    const rehearsal = await at('2025-10-31T12:00');
    for (const rule of rehearsal.world.data.rules) rule.foreign = null;
    const dead = withPorts(rehearsal.world, facts({ healthy: 0 }));
    await tick(dead, NAME);
    expect(entryOf(rehearsal).decision.reason.code).toBe('PREFLIGHT_FAILED');
    await tick(rehearsal.world, NAME);
    expect(entryOf(rehearsal).decision.decision).toBe('advance');
  });
});

describe('command', () => {
  it('is recorded with who asked and why', async () => {
    const rehearsal = await at('2025-10-31T13:10');
    const who = operatorOf(rehearsal.plan);
    expect(await command(rehearsal.world, NAME, { kind: 'hold', why: 'reading logs' }, who)).toMatchObject({
      ok: true,
    });
    expect(entryOf(rehearsal)).toMatchObject({
      cause: { by: 'command', command: 'hold', actor: who, why: 'reading logs' },
      rows: [],
      decision: { decision: 'hold', reason: { code: 'OPERATOR' } },
    });
  });

  it('is refused with a sentence, and writes nothing then', async () => {
    const rehearsal = await at('2025-10-31T13:10');
    const { revision } = entryOf(rehearsal);
    expect(await command(rehearsal.world, NAME, { kind: 'resume', why: 'x' }, operator)).toEqual({
      ok: false,
      refused: 'the rollout is not held',
    });
    expect(await command(rehearsal.world, NAME, { kind: 'advance', why: 'a\u001b[2J' }, operator)).toMatchObject({
      refused: expect.stringContaining('advance must have one line without control characters'),
    });
    expect(entryOf(rehearsal).revision).toBe(revision);
  });

  it.each<Command>([
    { kind: 'hold', why: 'not today' },
    { kind: 'close', why: 'not at all' },
    { kind: 'checkOff', item: 'release tag exists' },
    { kind: 'openIncident', name: 'db', why: 'it fails over' },
  ])('waits for nothing of preflight where the start has come: $kind', async (asked) => {
    const rehearsal = await at('2025-10-31T12:00');
    expect(entryOf(rehearsal).state.status).toBe('scheduled');
    const never = () => Promise.reject(new Error('a command does not ask this'));
    const unasked = withPorts(rehearsal.world, {
      metrics: { read: never, dayBefore: never },
      targets: { facts: never },
    });
    expect(await command(unasked, NAME, asked, operator)).toMatchObject({ ok: true });
  });

  it.each([
    ['the journal cannot be written', async () => new Fault('UNAVAILABLE', 'append')],
    ['every race is lost', async () => 'conflict' as const],
  ])('rolls back although %s, tells the people on call, and asks for the command again', async (_, append) => {
    const rehearsal = await at('2025-10-31T13:10');
    const down = withPorts(rehearsal.world, { journal: { append } });
    expect(await command(down, NAME, { kind: 'rollBack', why: 'complaints' }, operator)).toMatchObject({
      ok: false,
      refused: expect.stringContaining('until it is recorded'),
    });
    expect(rehearsal.world.data.rules.map(({ candidate }) => candidate)).toEqual([0]);
    expect(rehearsal.world.data.announcements).toMatchObject([{ audience: 'onCall' }]);
  });

  it('says so when others change the rollout three times meanwhile', async () => {
    const rehearsal = await at('2025-10-31T13:10');
    const busy = withPorts(rehearsal.world, { journal: { append: async () => 'conflict' } });
    expect(await command(busy, NAME, { kind: 'hold', why: 'x' }, operator)).toMatchObject({
      ok: false,
      refused: expect.stringContaining('3 times'),
    });
  });

  it('closes: frees the rules, touches no weight, and needs no more wake-ups', async () => {
    const rehearsal = await at('2025-10-31T13:10');
    await command(rehearsal.world, NAME, { kind: 'close', why: 'by hand' }, operator);
    expect([
      rehearsal.world.data.claims.size,
      rehearsal.world.data.repeat,
      rehearsal.world.data.rules[0]?.candidate,
    ]).toEqual([0, 'none', 10]);
  });
});
