/** Two rollouts on one rule, one after the other, through the real handlers on stand-ins: the next release is planned while the present one bakes. */
import { afterEach, describe, expect, it } from 'vitest';
import { dynamoDbClient } from '../../lib/aws/clients.ts';
import { journalOf } from '../../lib/aws/journal.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import { isFault } from '../../lib/controller/fault.ts';
import { assert } from '../../lib/plan/assert.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import { readFault } from '../../lib/sim/fault-text.ts';
import { isInputProblem } from '../../lib/sim/input-problem.ts';
import { environment } from '../aws/environment.ts';
import { planOf } from '../rollout/fixture.ts';
import { type WholeAccount, wholeAccount } from './whole-account.ts';

const NOON = Date.parse('2026-03-02T12:00:00Z');
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const RULE =
  'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/learn/50dc6c495c0c9188/0467ef3c8400ae65/1683b2d02a6cabee';
const group = (side: string) =>
  `arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/side-${side}/73e2d6bc24d8a067`;
const [A, B] = [group('a'), group('b')];

interface Written {
  readonly rollout: string;
  readonly baseline: string;
  readonly candidate: string;
  readonly start: number;
  readonly after?: string;
}

const written = ({ rollout, baseline, candidate, start, after = '' }: Written): string => `
rollout: ${rollout}
release: ${rollout}
after: [${after}]
traffic:
  rules: [${RULE}]
  baseline: ${baseline}
  candidate: ${candidate}
start: ${new Date(start).toISOString()}
startWithin: 3d
phases:
  - { name: canary, weight: 10%, bake: 5m, advance: [errorRate < 5%] }
  - { name: all, weight: 100%, bake: 5m, advance: [errorRate < 5%] }
guards: [errorRate > 20% for 2m]
operators: { principals: ["arn:aws:sts::123456789012:assumed-role/Sre/*"] }
`;

const FIRST = written({ rollout: 'first', baseline: A, candidate: B, start: NOON });
/** The other way round, ten minutes later: while the first one is at work. */
const SECOND = written({ rollout: 'second', baseline: B, candidate: A, start: NOON + 10 * MINUTE, after: 'first' });
/** Wants the rule for itself, and waits for nobody. */
const THIRD = written({ rollout: 'third', baseline: A, candidate: B, start: NOON + 5 * DAY });

let account: WholeAccount;
afterEach(async () => {
  await account.close();
});

/** Deployed a quarter of an hour before noon, the plan that waits first. */
const deployed = async (fault?: string, second = SECOND): Promise<void> => {
  const read = fault === undefined ? undefined : readFault(fault);
  assert(read === undefined || !isInputProblem(read), 'the fault can be read');
  const service = { source: FIRST, plan: planOf(FIRST), behaviours: read === undefined ? [] : [read] };
  account = await wholeAccount([service], [second, FIRST], environment, NOON - 15 * MINUTE);
  await account.deploy();
};

const journal = () => {
  const deadline = new Deadline();
  deadline.begin(10_000);
  return journalOf(dynamoDbClient(), environment, deadline);
};

const entriesOf = async (rollout: string): Promise<readonly Entry[]> => {
  const bodies = await journal().entries(rollout, 0, 1000);
  if (isFault(bodies)) throw new Error(bodies.toString());
  return bodies.map((body) => JSON.parse(body) as Entry);
};

const headOf = async (rollout: string): Promise<Entry> => {
  const last = (await entriesOf(rollout)).at(-1);
  if (last === undefined) throw new Error(`${rollout} has an entry`);
  return last;
};

const saidBy = async (rollout: string): Promise<string> => {
  const { decision } = await headOf(rollout);
  return `${decision.decision} ${decision.reason.code}`;
};

const statusOf = async (rollout: string) => (await headOf(rollout)).state.status;
const weights = () => Object.fromEntries(account.balancing.split(RULE).weights);
/** Who owns the rule, found out by somebody who wants it. */
const owner = () => journal().claim('nobody', [RULE]);

const minutes = async (count: number): Promise<void> => {
  for (let index = 0; index < count; index++) {
    account.pass(1);
    await account.tick('first');
    await account.tick('second');
  }
};

const until = async (rollout: string, status: string): Promise<void> => {
  for (let waited = 0; (await statusOf(rollout)) !== status; waited++) {
    if (waited > 90) throw new Error(`${rollout} is not ${status} after 90 minutes`);
    await minutes(1);
  }
};

/** What the service's own deploy does, and the first one's next look a day later. */
const rests = async (): Promise<void> => {
  account.balancing.rules.get(RULE)?.tags.set('sluice:resting', 'targetgroup/side-b/73e2d6bc24d8a067');
  account.pass(24 * 60);
  await account.tick('first');
};

describe('a rollout that comes after another one on the same rule', () => {
  it('is registered by the same deploy, waits without touching the rule, and begins when it is free', async () => {
    await deployed();
    expect([await statusOf('first'), await statusOf('second')]).toEqual(['scheduled', 'scheduled']);
    await minutes(27);
    expect([await statusOf('first'), await saidBy('second')]).toEqual(['baking', 'wait AWAITING_ROLLOUT']);
    expect(await owner()).toEqual({ key: RULE, owner: 'first' });

    await until('first', 'finished');
    await minutes(2);
    const { decision } = await headOf('second');
    expect(decision.reason).toMatchObject({
      code: 'PREFLIGHT_FAILED',
      problems: expect.arrayContaining([
        expect.stringMatching(/belongs to rollout first until the service's template/),
      ]),
    });
    expect([await owner(), weights()]).toEqual([
      { key: RULE, owner: 'first' },
      { [A]: 0, [B]: 999 },
    ]);

    await rests();
    await minutes(2);
    expect([await statusOf('second'), await owner()]).toEqual(['baking', { key: RULE, owner: 'second' }]);
    expect(weights()).toEqual({ [A]: 100, [B]: 900 });
    expect(await statusOf('first')).toBe('finished');
    await until('second', 'finished');
    expect(weights()).toEqual({ [A]: 999, [B]: 0 });
    const seconds = (await entriesOf('second')).filter(({ decision: { setWeight } }) => setWeight !== undefined);
    expect(seconds.map(({ decision: { setWeight } }) => setWeight?.weight)).toEqual([10, 100]);
  });

  it('never begins where the other one was rolled back, tells people, and keeps nobody from the rule', async () => {
    await deployed('failures x500 from 00:03');
    await until('first', 'rolledBack');
    await minutes(15);
    const second = await entriesOf('second');
    expect(second.at(-1)?.decision).toMatchObject({
      decision: 'wait',
      reason: { code: 'AWAITING_ROLLOUT', rollout: 'first', its: 'rolledBack' },
    });
    expect(second.flatMap(({ notices }) => notices.map(({ text }) => text))).toContainEqual(
      expect.stringContaining('Waiting in vain for rollout first to finish; it is rolledBack.'),
    );
    expect([second.every(({ state }) => state.status === 'scheduled'), weights()]).toEqual([
      true,
      { [A]: 999, [B]: 0 },
    ]);
    await account.ask('Sre', { ask: 'startUnreviewed', source: THIRD, why: 'the fix' });
    expect(await owner()).toEqual({ key: RULE, owner: 'third' });

    await account.ask('Sre', { ask: 'command', rollout: 'second', command: { kind: 'close', why: 'planned anew' } });
    expect([await statusOf('second'), await owner()]).toEqual(['closed', { key: RULE, owner: 'third' }]);
    expect(account.schedules().filter((name) => name.startsWith('second.'))).toEqual([]);
    expect(await journal().list('live')).toEqual(['third']);
  });

  it('waits where somebody else took the rule first, and never shares it', async () => {
    await deployed();
    await until('first', 'finished');
    await rests();
    await account.ask('Sre', { ask: 'startUnreviewed', source: THIRD, why: 'urgent' });
    await minutes(3);
    const { decision, state } = await headOf('second');
    expect([state.status, decision.reason]).toEqual([
      'scheduled',
      expect.objectContaining({
        code: 'PREFLIGHT_FAILED',
        problems: expect.arrayContaining([`${RULE} belongs to rollout third, which is live`]),
      }),
    ]);
    expect([await owner(), weights()]).toEqual([
      { key: RULE, owner: 'third' },
      { [A]: 0, [B]: 999 },
    ]);
  });

  it('keeps the rule from nobody while it waits for a group, also where an earlier tick died in between', async () => {
    await deployed();
    await until('first', 'finished');
    await rests();
    await journal().claim('second', [RULE]);
    await journal().claim('somebody', [A]);
    await minutes(1);
    expect([await saidBy('second'), await owner()]).toEqual(['wait PREFLIGHT_FAILED', 'claimed']);
  });

  it('lets the watchdog sleep while the first one only keeps its claims and it sleeps itself, and wakes it', async () => {
    const later = SECOND.replace(/start: .*/, `start: ${new Date(NOON + DAY).toISOString()}`);
    await deployed(undefined, later);
    await until('first', 'finished');
    await account.watchdog();
    expect(account.schedules().filter((name) => !/\.(soon|start)-/.test(name))).toEqual(['first.daily']);
    account.pass((NOON + DAY - 15 * MINUTE - Date.now()) / MINUTE);
    await account.tick('second');
    await account.watchdog();
    expect(account.schedules()).toEqual(expect.arrayContaining(['second.minute', 'sluice-watchdog']));
    account.pass(60);
    await account.tick('second');
    await account.watchdog();
    expect([await saidBy('second'), account.schedules()]).toEqual([
      'wait PREFLIGHT_FAILED',
      expect.arrayContaining(['second.minute', 'sluice-watchdog']),
    ]);
  });

  it('is missed by the watchdog while it waits: it is live before it owns a rule', async () => {
    await deployed();
    await until('first', 'finished');
    expect(await journal().list('live')).toEqual(['first', 'second']);
    account.pass(6);
    await account.tick('first');
    await account.watchdog();
    const told = account.calls.Watchdog.filter(({ operation }) => operation === 'Publish').map(
      ({ input }) => input.Subject,
    );
    expect(told).toEqual(['second: no tick for 6m']);
  });
});
