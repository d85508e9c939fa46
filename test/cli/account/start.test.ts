import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { operatorOf } from '../../../lib/sim/people.ts';
import { shortSource } from '../../scenarios/run.ts';
import { workspace } from '../workspace.ts';
import { accountAt, emptyAccount, lastEntry, run } from './account.ts';

const file = (source = shortSource): string => join(workspace({ 'plan.yaml': source }), 'plan.yaml');

describe('start', () => {
  test('registers a deployed plan by its text, and says when it begins and where to look', async () => {
    const account = emptyAccount({ deployed: [shortSource] });
    const { exit, out, err } = await run(account, ['start', file()]);
    expect(exit).toBe(0);
    expect(out).toBe(
      'ultra-fast-analyzer is scheduled by arn:aws:sts::123456789012:assumed-role/Sre/rehearsal: it starts at 2025-10-31 12:00 UTC, in 10m, if preflight then finds nothing against it.\n',
    );
    expect(err).toBe('Look at it: sluice status ultra-fast-analyzer --watch\n');
    expect(lastEntry(account)).toMatchObject({ revision: 0, state: { status: 'scheduled' } });
    expect(account.asked).toEqual([{ ask: 'start', hash: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
  });

  test('refuses a plan of another text than the deployed one, and says both ways on', async () => {
    const account = emptyAccount({ deployed: [shortSource] });
    const { exit, out, err } = await run(account, ['start', file(`${shortSource}# changed\n`)]);
    expect(exit).toBe(2);
    expect(out).toBe('');
    expect(err).toContain('Cannot start ultra-fast-analyzer: no plan of exactly this text was deployed');
    expect(err).toContain('deploy it with the stack, or start it with --unreviewed --reason WHY.');
    expect(account.lines).toEqual([]);
  });

  test('takes an unreviewed plan with a reason, which entry 0 keeps', async () => {
    const account = emptyAccount({ deployed: [shortSource] });
    const changed = file(`${shortSource}# changed\n`);
    const { exit, out } = await run(account, ['start', changed, '--unreviewed', '--reason', 'down', '--json']);
    expect(exit).toBe(0);
    expect(JSON.parse(out)).toEqual({
      rollout: 'ultra-fast-analyzer',
      start: '2025-10-31T12:00:00.000Z',
      as: operatorOf(account.plan),
    });
    expect(lastEntry(account)).toMatchObject({ cause: { why: 'down' }, plan: { source: `${shortSource}# changed\n` } });
  });

  test('refuses a name that exists, with the problem', async () => {
    const account = emptyAccount({ deployed: [shortSource] });
    await run(account, ['start', file()]);
    const { exit, err } = await run(account, ['start', file()]);
    expect(exit).toBe(2);
    expect(err).toContain('rollout ultra-fast-analyzer exists already; a new attempt needs a new name');
  });

  test.each([
    [['--unreviewed'], /--unreviewed must be given with --reason WHY/],
    [['--unreviewed', '--reason', ''], /--reason must have 1 to 500 characters/],
    [['--reason', 'x'], /--reason must be given with --unreviewed/],
  ])('with %j is refused before anybody is asked', async (words, problem) => {
    const account = emptyAccount();
    const { exit, err } = await run(account, ['start', file(), ...words]);
    expect(exit).toBe(2);
    expect(err).toMatch(problem);
    expect(account.asked).toEqual([]);
  });

  test.each([['start'], ['preflight']])('an invalid plan is refused here, with its places: %s', async (command) => {
    const account = emptyAccount();
    const { exit, err } = await run(account, [command, file(shortSource.replace('weight: 1%', 'weight: 0%'))]);
    expect(exit).toBe(2);
    expect(err).toMatch(/is not a valid plan: 1 problem\.\n {2}line \d+, column \d+: phases\[0\]\.weight/);
    expect(account.asked).toEqual([]);
  });
});

describe('preflight', () => {
  test('is fine where nothing fails, and shows every check', async () => {
    const account = emptyAccount();
    const terminal = await run(account, ['preflight', file()], { terminal: true });
    expect(terminal.exit).toBe(0);
    expect(terminal.out).toMatch(
      /^ultra-fast-analyzer can start: 23 pass, 0 warn, 0 fail\.\n {2}✓ pass {2}listener rules {2}/,
    );
    const pipe = await run(account, ['preflight', file()]);
    expect(pipe.out).toMatch(/^pass\trollback form\trule arn:[^\t]+\t$/m);
    expect(account.world.data.announcements).toEqual([]);
  });

  test('exits 1 where something fails, and says what to do', async () => {
    const account = emptyAccount();
    const [rule] = account.world.data.rules;
    if (rule !== undefined) rule.candidate = 500;
    const { exit, out } = await run(account, ['preflight', file()], { terminal: true });
    expect(exit).toBe(1);
    expect(out).toMatch(/^ultra-fast-analyzer cannot start: 22 pass, 0 warn, 1 fail\./);
    expect(out).toMatch(/✗ fail {2}weights .* must send everything to the baseline.*\n {6}set the weights to 100\/0/);
    const json = await run(account, ['preflight', file(), '--json']);
    expect(json.exit).toBe(1);
    expect(JSON.parse(json.out).checks[2]).toMatchObject({ verdict: 'fail', next: expect.stringMatching(/./) });
  });

  test('rings the people on call only when asked to', async () => {
    const account = emptyAccount({ deployed: [shortSource] });
    const { exit, out, err } = await run(account, ['preflight', file(), '--ring']);
    expect(exit).toBe(0);
    expect(out).toContain('pass\ttest page\tpublished');
    expect(err).toContain('see whether it arrived');
    expect(account.world.data.announcements).toMatchObject([{ audience: 'onCall' }]);
  });
});

describe('list', () => {
  test('says that there is nothing yet, and what makes the first', async () => {
    const { exit, out, err } = await run(emptyAccount(), ['list']);
    expect(exit).toBe(0);
    expect(out).toBe('');
    expect(err).toContain('sluice start PLAN');
  });

  test('is a line of seven cells in a pipe, a table with a summary on a terminal', async () => {
    const account = await accountAt('2025-10-31T12:40');
    const pipe = await run(account, ['list']);
    expect(pipe.out).toMatch(
      /^ultra-fast-analyzer\tv3\.0\.0-sprint-2-complete\tbaking\tcanary\t1\t2025-10-31T12:39:\d\d\.000Z\t\n$/,
    );
    await run(account, ['hold', 'ultra-fast-analyzer', '--reason', 'x']);
    const { out } = await run(account, ['list'], { terminal: true });
    expect(out).toMatch(
      /^1 rollout, 1 not ended, 1 held\.\n {2}rollout +release +status +phase +weight +newest entry +holds\n/,
    );
    expect(out).toMatch(/baking {2}canary +1 % {2}2025-10-31 12:40 UTC {2}OPERATOR\n$/);
    const json = await run(account, ['list', '--json']);
    expect(JSON.parse(json.out).rollouts).toMatchObject([{ status: 'baking', phase: 'canary', holds: ['OPERATOR'] }]);
  });
});
