import { describe, expect, test } from 'vitest';
import { accountAt, emptyAccount, lastEntry, run } from './account.ts';

const NAME = 'ultra-fast-analyzer';
const STATUS = `See how it stands: sluice status ${NAME}\n`;
const BAKING = '2025-10-31T12:40';

describe('hold and resume', () => {
  test('hold the rollout in its journal, with who and why, and say what it led to', async () => {
    const account = await accountAt(BAKING);
    const { exit, out, err } = await run(account, ['hold', NAME, '--reason', 'support sees complaints']);
    expect(exit).toBe(0);
    const who = 'arn:aws:sts::123456789012:assumed-role/Sre/rehearsal';
    expect(out).toBe(`${NAME}: Held by ${who}: support sees complaints.\n`);
    expect(err).toBe(STATUS);
    expect(lastEntry(account)).toMatchObject({
      cause: { by: 'command', command: 'hold', actor: who, why: 'support sees complaints' },
      state: { holds: [{ code: 'OPERATOR' }] },
    });
    const resumed = await run(account, ['resume', NAME, '--reason', 'all clear', '--json']);
    expect(resumed.exit).toBe(0);
    expect(JSON.parse(resumed.out)).toEqual({
      rollout: NAME,
      sentence: `${who} commanded resume: all clear.`,
      as: who,
    });
    expect(lastEntry(account).state.holds).toEqual([]);
  });

  test('are refused with the sentence of the policy, exit 2, and nothing is recorded', async () => {
    const account = await accountAt(BAKING);
    const entries = account.lines.length;
    const { exit, out, err } = await run(account, ['resume', NAME, '--reason', 'go']);
    expect(exit).toBe(2);
    expect(out).toBe('');
    expect(err).toBe(`sluice: Cannot resume ${NAME}: the rollout is not held.\n${STATUS}`);
    expect(account.lines).toHaveLength(entries);
  });

  test('are refused to whom the plan does not name', async () => {
    const as = 'arn:aws:sts::123456789012:assumed-role/Stranger/x';
    const { exit, err } = await run(await accountAt(BAKING, { as }), ['hold', NAME, '--reason', 'because']);
    expect(exit).toBe(2);
    expect(err).toContain(`${as} is none`);
  });
});

describe('a reason', () => {
  test.each([['hold'], ['resume'], ['advance'], ['roll-back'], ['close']])('is needed by %s', async (command) => {
    const account = emptyAccount();
    const { exit, err } = await run(account, [command, NAME]);
    expect(exit).toBe(2);
    expect(err).toContain("sluice: required option '--reason <why>' not specified");
    expect(account.asked).toEqual([]);
  });

  test('must have words, and not too many', async () => {
    const account = emptyAccount();
    for (const reason of ['  ', 'x'.repeat(501)]) {
      const { exit, err } = await run(account, ['hold', NAME, '--reason', reason]);
      expect(exit).toBe(2);
      expect(err).toContain('--reason must have 1 to 500 characters');
    }
    expect(account.asked).toEqual([]);
  });
});

describe('what cannot be taken back', () => {
  test('is confirmed by typing the name of the rollout', async () => {
    const account = await accountAt(BAKING);
    const wrong = await run(account, ['close', NAME, '--reason', 'by hand'], { typed: 'yes' });
    expect(wrong.exit).toBe(2);
    expect(wrong.err).toContain(`Nothing was done: ${NAME} was to be typed; given: yes`);
    expect(lastEntry(account).state.status).toBe('baking');
    const right = await run(account, ['close', NAME, '--reason', 'by hand'], { typed: NAME });
    expect(right.exit).toBe(0);
    expect(right.questions).toEqual([
      `${NAME} is about to be closed: the weights stay as they are, and nothing watches the candidate any more.\nType ${NAME} to go on: `,
    ]);
    expect(lastEntry(account).state).toMatchObject({ status: 'closed', weight: 1 });
  });

  test.each([['advance'], ['close']])('needs --yes where there is no terminal: %s', async (command) => {
    const account = await accountAt(BAKING);
    const { exit, err } = await run(account, [command, NAME, '--reason', 'hotfix']);
    expect(exit).toBe(2);
    expect(err).toMatch(/there is no terminal to ask at\.\nGive --yes\.\n$/);
    expect(account.asked).toEqual([]);
    expect((await run(account, [command, NAME, '--reason', 'hotfix', '--yes'])).exit).toBe(0);
  });

  test('goes to the next phase, which the traffic then gets', async () => {
    const account = await accountAt(BAKING);
    await run(account, ['advance', NAME, '--reason', 'hotfix', '--yes']);
    expect(account.world.data.rules[0]).toMatchObject({ candidate: 100, baseline: 900 });
    expect(lastEntry(account).state).toMatchObject({ phase: 1, weight: 10 });
  });
});

describe('roll-back', () => {
  test('asks nothing, also at a terminal: down is free', async () => {
    const account = await accountAt(BAKING);
    const { exit, questions } = await run(account, ['roll-back', NAME, '--reason', 'orders are lost'], {
      terminal: true,
      typed: 'nothing',
    });
    expect(exit).toBe(0);
    expect(questions).toEqual([]);
    expect(account.world.data.rules[0]).toMatchObject({ candidate: 0, baseline: 999 });
    expect(lastEntry(account).state.status).toBe('rollingBack');
  });
});

describe('incident', () => {
  test('is opened and closed by its name', async () => {
    const account = await accountAt(BAKING);
    const opened = await run(account, ['incident', 'open', NAME, 'db-failover', '--reason', 'it fails over']);
    expect(opened.exit).toBe(0);
    expect(lastEntry(account).state.incidents).toEqual(['db-failover']);
    const other = await run(account, ['incident', 'close', NAME, 'db', '--reason', 'over']);
    expect(other.exit).toBe(2);
    expect(other.err).toContain('no incident db was opened here; open: db-failover');
    expect((await run(account, ['incident', 'close', NAME, 'db-failover', '--reason', 'over'])).exit).toBe(0);
    expect(lastEntry(account).state.incidents).toEqual([]);
  });

  test('is opened or closed, nothing else', async () => {
    const { exit, err } = await run(emptyAccount(), ['incident', 'forget', NAME, 'db', '--reason', 'x']);
    expect(exit).toBe(2);
    expect(err).toContain('Allowed choices are open, close');
  });
});

describe('check-off', () => {
  test('ticks an item, and names the items where there is none like it', async () => {
    const account = await accountAt('2025-10-31T11:55');
    expect((await run(account, ['check-off', NAME, 'release tag exists'])).exit).toBe(0);
    expect(lastEntry(account).state.ticked).toEqual(['canary/release tag exists']);
    const unknown = await run(account, ['check-off', NAME, 'release tag']);
    expect(unknown.exit).toBe(2);
    expect(unknown.err).toContain('no checklist has the item "release tag"; items: release tag exists;');
  });
});

describe("a rollout's name", () => {
  test.each([['hold', '--reason', 'x'], ['check-off', 'item'], ['status'], ['journal'], ['report']])(
    'that cannot be one is refused before anybody is asked: %s',
    async (command, ...more) => {
      const account = emptyAccount();
      const { exit, err } = await run(account, [command, 'No Such', ...more]);
      expect(exit).toBe(2);
      expect(err).toContain("A rollout's name must be 1 to 40 characters of a-z, 0-9 and -; given: No Such");
      expect(account.asked).toEqual([]);
    },
  );
});
