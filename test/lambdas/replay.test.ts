/** A proof of identity is good for a minute. Whoever has caught a request within it, word for word, gets nothing done a second time. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Envelope, Request } from '../../lib/aws/request.ts';
import { hashOf } from '../../lib/controller/record.ts';
import type { Command } from '../../lib/rollout/command.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import type { RolloutState } from '../../lib/rollout/rollout.ts';
import { seedPlan, stateOf } from '../rollout/fixture.ts';
import { seedSource } from '../scenarios/run.ts';
import { type CommandAccount, commandAccount, FUNCTION_ARN, VISITOR } from './command-account.ts';

const NAME = seedPlan.rollout;
const [RULE = ''] = seedPlan.traffic.rules;
const START: Request = { ask: 'start', hash: hashOf(seedSource) };
const of = (command: Command): Request => ({ ask: 'command', rollout: NAME, command });

const HOLD = of({ kind: 'hold', why: 'reading logs' });
const RESUME = of({ kind: 'resume', why: 'read' });
const ADVANCE = of({ kind: 'advance', why: 'it is sound' });
const ROLL_BACK = of({ kind: 'rollBack', why: 'orders are lost' });
const CLOSE = of({ kind: 'close', why: 'by hand' });
const CHECK_OFF = of({ kind: 'checkOff', item: 'release tag exists' });
const OPEN = of({ kind: 'openIncident', name: 'db', why: 'it fails over' });
const CLOSED = of({ kind: 'closeIncident', name: 'db', why: 'over' });
const word = (answer: 'GO' | 'NO-GO') => of({ kind: 'signOff', phase: 'ramp', role: 'finance', answer, why: 'seen' });
const RING: Request = { ask: 'preflight', source: seedSource, ring: true };
const UNREVIEWED: Request = { ask: 'startUnreviewed', source: seedSource, why: 'the fix cannot wait' };

const USED = { ok: false, refused: expect.stringContaining('it was used before, and is good for one request') };

let account: CommandAccount;
beforeEach(async () => {
  account = await commandAccount({ deployed: [seedSource], now: '2025-10-31T11:30:00Z' });
});
afterEach(async () => {
  await account.close();
});

const head = async (): Promise<Entry> => {
  const last = (await account.entries(NAME)).at(-1);
  if (last === undefined) throw new Error('there is an entry');
  return last;
};

/** Sends it once, and has it word for word. */
const caught = async (request: Request, role = 'Sre'): Promise<Envelope> => {
  const envelope = await account.envelope(role, request);
  expect(await account.invoke(envelope)).toMatchObject({ ok: true });
  return envelope;
};

/** The rollout as a tick would have left it, seen so on the rule. */
const inPhase = async (phase: number): Promise<void> => {
  const counts = { baseline: 10, candidate: 10 };
  const state: RolloutState = { ...stateOf(phase), healthyAtStart: counts };
  const { plan: _, ...before } = await head();
  const body = JSON.stringify({ ...before, revision: before.revision + 1, state });
  expect(await account.journal.append(NAME, before.revision + 1, body)).toBe('appended');
  const { baseline, candidate } = seedPlan.traffic;
  account.balancing.setSplit(RULE, { [baseline]: 1000 - 10 * state.weight, [candidate]: 10 * state.weight });
};

/** Nothing is written, neither to the journal nor to a rule, and nobody is told. */
const expectNoEffect = async (envelope: Envelope, answer: object): Promise<void> => {
  const seen = async () => [await account.entries(NAME), account.balancing.split(RULE), account.sns.published.length];
  const before = await seen();
  expect(await account.invoke(envelope)).toMatchObject(answer);
  expect(await seen()).toEqual(before);
};

describe('a request that was caught', () => {
  it('holds nothing that was resumed since', async () => {
    await caught(START);
    const hold = await caught(HOLD);
    await caught(RESUME);
    await expectNoEffect(hold, USED);
  });

  it('resumes nothing that somebody held since', async () => {
    await caught(START);
    await caught(HOLD);
    const resume = await caught(RESUME);
    await caught(HOLD, 'FinanceLead');
    await expectNoEffect(resume, USED);
    expect((await head()).state.holds).toMatchObject([{ code: 'OPERATOR' }]);
  });

  it('advances by no second phase', async () => {
    await caught(START);
    await inPhase(0);
    const advance = await caught(ADVANCE);
    expect((await head()).state).toMatchObject({ phase: 1, weight: 10 });
    await inPhase(1);
    await expectNoEffect(advance, USED);
  });

  it('takes back no NO-GO that was said since', async () => {
    await caught(START);
    await inPhase(1);
    const go = await caught(word('GO'), 'FinanceLead');
    await caught(word('NO-GO'), 'FinanceLead');
    await expectNoEffect(go, USED);
    expect((await head()).state.holds).toMatchObject([{ code: 'NO_GO' }]);
  });

  it('opens no incident that was closed since, and closes none that was opened since', async () => {
    await caught(START);
    const open = await caught(OPEN);
    const close = await caught(CLOSED);
    await expectNoEffect(open, USED);
    await caught(of({ kind: 'openIncident', name: 'db', why: 'again' }));
    await expectNoEffect(close, USED);
    expect((await head()).state.incidents).toEqual(['db']);
  });

  it('ticks nothing and calls nobody again', async () => {
    await caught(START);
    await expectNoEffect(await caught(CHECK_OFF), USED);
    await expectNoEffect(await caught(RING), USED);
    expect(account.sns.published).toHaveLength(1);
  });

  it('does nothing later that was refused at first', async () => {
    await caught(START);
    const resume = await account.envelope('Sre', RESUME);
    expect(await account.invoke(resume)).toMatchObject({ refused: 'the rollout is not held' });
    await caught(HOLD);
    await expectNoEffect(resume, USED);
  });

  it('starts nothing again: a name is an identity, also of what has ended', async () => {
    const start = await caught(START);
    const exists = { ok: false, problems: [expect.stringContaining('exists already')] };
    await expectNoEffect(start, exists);
    await caught(CLOSE);
    await expectNoEffect(start, exists);
  });

  it('starts nothing unreviewed again', async () => {
    await expectNoEffect(await caught(UNREVIEWED), { problems: [expect.stringContaining('exists already')] });
  });

  it('rolls back nothing that does not go back already', async () => {
    await caught(START);
    await inPhase(1);
    const rollBack = await caught(ROLL_BACK);
    expect((await head()).state.status).toBe('rollingBack');
    await expectNoEffect(rollBack, { ok: false, refused: expect.stringContaining('the rollout is rolling back') });
  });

  it('closes nothing that has not ended already', async () => {
    await caught(START);
    await expectNoEffect(await caught(CLOSE), { ok: false, refused: expect.stringContaining('has ended (closed)') });
  });

  it('may look as often as it likes', async () => {
    const list = await caught({ ask: 'list' });
    expect(await account.invoke(list)).toMatchObject({ ok: true });
  });
});

describe('where the table takes no write', () => {
  const broken = { status: 500, body: JSON.stringify({ __type: 'InternalServerError' }) };

  it('a command is refused, since nobody could tell it from its repetition', async () => {
    await caught(START);
    account.server.fail('PutItem', broken, 2);
    expect(await account.ask('Sre', HOLD)).toMatchObject({
      ok: false,
      refused: 'UNAVAILABLE: cannot use up a proof of identity',
    });
  });

  it('the way down is open all the same', async () => {
    await caught(START);
    await inPhase(1);
    account.server.fail('PutItem', broken, 2);
    expect(await account.ask('Sre', ROLL_BACK)).toMatchObject({ refused: expect.stringContaining('was lowered') });
    expect(account.balancing.split(RULE).weights.get(seedPlan.traffic.candidate)).toBe(0);
  });
});

describe('a request by a bare name', () => {
  it('is to no namesake in another region', async () => {
    const envelope = await account.envelope('Sre', START, 'sluice-command', 'us-west-2');
    expect(await account.invoke(envelope)).toMatchObject({ refused: expect.stringContaining('to another function') });
  });

  it('is to no namesake in another account than that of whoever signed it, as Lambda would have it', async () => {
    const byName = await account.envelope('Visitor', { ask: 'list' });
    expect(await account.invoke(byName)).toMatchObject({ refused: expect.stringContaining("give this one's ARN") });
    const byArn = await account.envelope('Visitor', { ask: 'list' }, FUNCTION_ARN);
    expect(await account.invoke(byArn)).toMatchObject({ ok: true, as: VISITOR });
  });
});
