import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashOf } from '../../lib/controller/record.ts';
import { assert } from '../../lib/plan/assert.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import { readFault } from '../../lib/sim/fault-text.ts';
import { isInputProblem } from '../../lib/sim/input-problem.ts';
import { planOf } from '../rollout/fixture.ts';
import { allows, type Grant, type Granted, grantedBy, type Use } from '../stack/granted.ts';
import { sluiceStack, templateOf } from '../stack/synthesized.ts';
import type { Asked } from '../stand-in/server.ts';
import { usesOf } from './uses.ts';
import { type FunctionName, type Service, type WholeAccount, wholeAccount } from './whole-account.ts';

const FUNCTIONS: readonly FunctionName[] = ['Tick', 'Command', 'Announce', 'Watchdog'];
const START = Date.parse('2026-03-02T12:00:00Z');
const MINUTE = 60_000;

/** A rollout of half an hour on a rule and groups of its own. @param index one digit */
const sourceOf = (rollout: string, index: number, start = START): string => `
rollout: ${rollout}
release: v2
traffic:
  rules: [arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/learn/50dc6c495c0c9188/0467ef3c8400ae65/${index}683b2d02a6cabee]
  baseline: arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/old-${index}/73e2d6bc24d8a067
  candidate: arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/new-${index}/943f017f100becff
start: ${new Date(start).toISOString()}
phases:
  - { name: canary, weight: 10%, bake: 10m, advance: [errorRate < 5%], signOff: { roles: [engineering] } }
  - { name: all, weight: 100%, bake: 5m, advance: [errorRate < 5%] }
guards: [errorRate > 20% for 2m]
incidents: { alarms: [learn-critical-incident] }
leads:
  engineering: { principals: ["arn:aws:sts::123456789012:assumed-role/EngineeringLead/*"] }
operators: { principals: ["arn:aws:sts::123456789012:assumed-role/Sre/*"] }
`;

const serviceOf = (source: string, fault?: string): Service => {
  const read = fault === undefined ? undefined : readFault(fault);
  assert(read === undefined || !isInputProblem(read), 'the fault can be read');
  return { source, plan: planOf(source), behaviours: read === undefined ? [] : [read] };
};

const GOOD = serviceOf(sourceOf('good', 1));
const BAD = serviceOf(sourceOf('bad', 2), 'failures x500 from 00:05');
const LEFT_ALONE = serviceOf(sourceOf('left-alone', 3));
/** For a rule that is taken. */
const NEXT = sourceOf('next', 1, START + 600 * MINUTE);

/**
 * What no call of ours can show, by action, with who does it in the function's name. Everything else that a policy grants must have been used.
 */
const BY_OTHERS: Readonly<Record<string, string>> = {
  'logs:CreateLogStream': 'Lambda keeps what the function writes to its standard output',
  'logs:PutLogEvents': 'Lambda keeps what the function writes to its standard output',
  'kms:Decrypt': 'SNS encrypts what is published to a topic under a key of our own',
  'kms:GenerateDataKey*': 'SNS encrypts what is published to a topic under a key of our own',
  'dynamodb:ListStreams': 'Lambda reads the stream for the function',
  'dynamodb:DescribeStream': 'Lambda reads the stream for the function',
  'dynamodb:GetShardIterator': 'Lambda reads the stream for the function',
  'dynamodb:GetRecords': 'Lambda reads the stream for the function',
  'sqs:SendMessage': 'Lambda puts away what the function failed to announce',
};

let account: WholeAccount;
let granted: Granted;
let schedulesAtTheEnd: readonly string[] = [];
const uses = new Map<FunctionName, readonly Use[]>();

/** One minute of the account: ticks of these rollouts, the watchdog's look, and what the stream brings. */
const minutes = async (count: number, ...rollouts: readonly string[]): Promise<void> => {
  for (let index = 0; index < count; index++) {
    account.pass(1);
    for (const rollout of rollouts) await account.tick(rollout);
    await account.watchdog();
    await account.announce();
  }
};

/** Ticks that can read the journal and not write it, until the rule is back at its baseline. */
const rollBackWithoutJournal = async ({ plan }: Service): Promise<void> => {
  const { rules, candidate } = plan.traffic;
  const weight = () => account.balancing.split(rules[0] ?? '').weights.get(candidate);
  account.refuseWrites(true);
  let said = '';
  for (let index = 0; index < 10 && weight() !== 0; index++) {
    account.pass(1);
    await account.tick(plan.rollout).catch((error: Error) => {
      said = error.message;
    });
  }
  account.refuseWrites(false);
  expect([weight(), said]).toEqual([0, expect.stringContaining('cannot append')]);
};

/** CloudTrail is asked who it was. */
const raiseByHand = ({ plan }: Service): void => {
  const { rules, candidate, baseline } = plan.traffic;
  account.balancing.setSplit(rules[0] ?? '', { [candidate]: 200, [baseline]: 800 });
};

const command = (kind: 'hold' | 'resume' | 'rollBack' | 'close') => ({ kind, why: 'in a test' }) as const;

/** Every kind of request there is, and the three ways of a rollout: finished, rolled back, left alone. */
const liveThroughEverything = async (): Promise<void> => {
  const { ask } = account;
  await ask('Sre', { ask: 'start', hash: hashOf(BAD.source) });
  await account.deploy();
  await ask('Sre', { ask: 'startUnreviewed', source: LEFT_ALONE.source, why: 'in a test' });
  await ask('Sre', { ask: 'preflight', source: GOOD.source, ring: true });
  await account.announce();
  await minutes(11, 'good', 'bad', 'left-alone');
  raiseByHand(BAD);
  await minutes(2, 'good', 'bad', 'left-alone');
  await minutes(3, 'good', 'bad');
  await rollBackWithoutJournal(BAD);
  await minutes(12, 'good', 'bad');
  await ask('EngineeringLead', {
    ask: 'command',
    rollout: 'good',
    command: { kind: 'signOff', phase: 'canary', role: 'engineering', answer: 'GO', why: '' },
  });
  await ask('Sre', { ask: 'command', rollout: 'left-alone', command: command('resume') });
  await ask('Sre', { ask: 'command', rollout: 'left-alone', command: command('close') });
  await minutes(14, 'good', 'bad');
  schedulesAtTheEnd = account.schedules();
  const { candidate, rules } = GOOD.plan.traffic;
  account.balancing.rules
    .get(rules[0] ?? '')
    ?.tags.set('sluice:resting', candidate.slice(candidate.lastIndexOf(':') + 1));
  await minutes(1, 'good');
  account.claimWhileDeleting('beginning', LEFT_ALONE.plan.traffic.rules[0] ?? '');
  await minutes(1);
  await ask('Sre', { ask: 'list' });
  await ask('Sre', { ask: 'status', rollout: 'good' });
  await ask('Sre', { ask: 'journal', rollout: 'good', from: 0, limit: 5 });
  await ask('Sre', { ask: 'report', rollout: 'good' });
  await ask('Sre', { ask: 'export', source: GOOD.source, from: START, to: START + 10 * MINUTE });
};

beforeAll(async () => {
  granted = grantedBy(templateOf(sluiceStack({ cloudTrail: true })));
  account = await wholeAccount(
    [GOOD, BAD, LEFT_ALONE],
    [GOOD.source, NEXT, BAD.source],
    granted.environmentOf('Tick'),
    START - 10 * MINUTE,
  );
  await liveThroughEverything();
  const tagsOf = (rule: string) => account.balancing.rules.get(rule)?.tags ?? new Map<string, string>();
  for (const name of FUNCTIONS)
    uses.set(
      name,
      account.calls[name].flatMap((call) => usesOf(call, tagsOf)),
    );
}, 60_000);
afterAll(() => account.close());

it('lives through a rollout that finishes, one that goes back, and one that nobody looks after', () => {
  const entries = FUNCTIONS.flatMap((name) => account.calls[name])
    .flatMap(entryIn)
    .toSorted((one, other) => one.revision - other.revision);
  const ended = new Map(entries.map(({ rollout, state }) => [rollout, state.status]));
  expect(Object.fromEntries(ended)).toEqual({ good: 'finished', bad: 'rolledBack', 'left-alone': 'closed' });
  expect(entries.map(({ cause }) => cause.by)).toContain('watchdog');
});

it('leaves nothing that wakes but the daily look for the resting tag', () => {
  expect(schedulesAtTheEnd).toEqual(['good.daily']);
});

const entryIn = ({ operation, input }: Asked): readonly Entry[] => {
  if (operation !== 'PutItem') return [];
  const { body } = input.Item as { readonly body?: { readonly S: string } };
  return body === undefined ? [] : [JSON.parse(body.S) as Entry];
};

const told = ({ action, resource }: Grant | Use): string => `${action} on ${resource}`;
const distinct = (all: readonly string[]): readonly string[] => [...new Set(all)].sort();

describe.each(FUNCTIONS)('%s', (name) => {
  it('is granted everything that it does', () => {
    const missing = (uses.get(name) ?? []).filter((use) => !granted.of(name).some((grant) => allows(grant, use)));
    expect(distinct(missing.map(told))).toEqual([]);
  });

  it('does everything that it is granted', () => {
    const made = uses.get(name) ?? [];
    const unused = granted
      .of(name)
      .filter((grant) => !(grant.action in BY_OTHERS) && !made.some((use) => allows(grant, use)));
    expect(distinct(unused.map(told))).toEqual([]);
  });
});
