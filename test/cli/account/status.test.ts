import { describe, expect, test } from 'vitest';
import type { AskFunction } from '../../../lib/cli/surroundings.ts';
import { Fault } from '../../../lib/controller/fault.ts';
import { hashOf } from '../../../lib/controller/record.ts';
import { PLAN_SCHEMA } from '../../../lib/rollout/read-plan.ts';
import { accountAt, emptyAccount, type LiveAccount, lastEntry, run } from './account.ts';

const NAME = 'ultra-fast-analyzer';
const FAILING = ['failures x50 from 00:37'];
const status = (account: LiveAccount, ...more: readonly string[]) => run(account, ['status', NAME, ...more]);

describe('status', () => {
  test('of a bake says where it stands, on which numbers, and what comes when; exit 8', async () => {
    const account = await accountAt('2025-11-01T15:30');
    const { exit, out, err } = await run(account, ['status', NAME], { terminal: true });
    expect(exit).toBe(8);
    expect(err).toBe('');
    expect(out).toMatch(
      /^ultra-fast-analyzer, release v3\.0\.0-sprint-2-complete: running, phase ramp, candidate at 10 %\.\nBaked 85m of 4h\.\n/,
    );
    expect(out).toMatch(/Weight: 10 % wanted\n {2}✓ rule 9683b2d02a6cabee {2}10 % seen\n/);
    expect(out).toMatch(/judged up to +2025-11-01 15:25 UTC, 5m ago\n {2}bake +85m of 4h, at most 8h\n/);
    expect(out).toContain('evidence 1 against the candidate, 100 rolls back');
    expect(out).toMatch(/✓ pass {2}errorRate < 0\.5% +0\.0799 % +0\.0501 % to 0\.125 % +110,131 requests\n/);
    expect(out).toMatch(/· finance +waiting +asked when the gate passes\n/);
    expect(out).toMatch(/2025-11-01 18:05 UTC {2}in 2h36m +ramp: gate after 4h\n/);
    expect(out).toContain(hashOf(account.lines.at(-1) ?? ''));
  });

  test('is the same with tabs in a pipe, and one document with --json', async () => {
    const account = await accountAt('2025-11-01T15:30');
    const { out } = await status(account);
    expect(out).toContain('\npass\terrorRate < 0.5%\t0.0799 %\t0.0501 % to 0.125 %\t110,131 requests\t\n');
    const json = await status(account, '--json');
    expect(json.exit).toBe(8);
    expect(JSON.parse(json.out)).toMatchObject({
      rollout: NAME,
      outcome: 'running',
      status: 'baking',
      phase: 'ramp',
      weight: 10,
      rules: [{ kind: 'weighted', weight: 10 }],
      judgedMinute: '2025-11-01T15:25:00.000Z',
      bake: { minutes: 85, targetMinutes: 240 },
      regressionWatch: { needed: 100, armed: true },
      coming: expect.arrayContaining([expect.objectContaining({ kind: 'gate', phase: 'ramp' })]),
      revision: account.lines.length - 1,
      hash: hashOf(account.lines.at(-1) ?? ''),
    });
  });

  test('shows every segment below weight 100, worst first, and with --json as numbers', async () => {
    const account = await accountAt('2025-10-31T13:40', { faults: ['segment k12 failures x20 from 01:00'] });
    const { out } = await run(account, ['status', NAME], { terminal: true });
    expect(out).toMatch(
      /\n\nSegments by LearnerSegment, worst first, on the rows since the bake began\n {2}✗ k12 +0\.467 % \(16 of 3,428\) +0\.0786 % \(266 of 338,216\) +×5\.93 +×0\.864 to ×23\.8 +NAMED in the decision; over the whole bake: too little to say\n {2}· university /,
    );
    const { segments } = JSON.parse((await status(account, '--json')).out);
    expect(segments).toMatchObject({
      dimension: 'LearnerSegment',
      limit: 1.1,
      minimum: 0,
      lines: [{ segment: 'k12', requests: 3428, failures: 16, baselineRequests: 338_216, verdict: 'open' }, {}, {}, {}],
    });
    const later = JSON.parse((await status(await accountAt('2025-11-03T12:00'), '--json')).out);
    expect(later).toMatchObject({ phase: 'rollout', segments: null });
  });

  test('says how much an undecided criterion still needs', async () => {
    const { out } = await status(await accountAt('2025-10-31T12:40'));
    expect(out).toMatch(
      /\ninsufficient\tavailability > 99\.9%\t0 %\t[^\t]+\t[\d,]+ requests\t[\d,]+ more requests needed\n/,
    );
  });

  test('of a hold says why and what ends it, exit 4', async () => {
    const account = await accountAt('2025-10-31T13:02', { faults: ['both fail 5% from 00:50 for 15m'] });
    const { exit, out } = await status(account);
    expect(exit).toBe(4);
    expect(out).toMatch(
      /^ultra-fast-analyzer, [^\n]*: held, phase canary, candidate at 1 %\.\nBoth versions break the guard/,
    );
    expect(out).toMatch(/\nSHARED_OUTAGE\tsince 2025-10-31 12:5\d UTC\tBoth versions/);
    expect(out).toContain('\twhat ends it\tit ends by itself after 10 rows without the cause');
    expect(out).toContain('Remove the cause: no command ends this hold.');
    const held = await run(account, ['hold', NAME, '--reason', 'looking']);
    expect(held.exit).toBe(0);
    expect((await status(account)).out).toContain(`sluice resume ${NAME} --reason WHY, or sluice roll-back ${NAME}`);
  });

  test('of a rollout that waits for sign-offs says who is missing until when, and the command for it', async () => {
    const { exit, out } = await status(await accountAt('2025-11-01T18:40', { signOffs: 'none' }));
    expect(exit).toBe(8);
    expect(out).toContain('bake\tgate passed at 2025-11-01 18:04 UTC');
    expect(out).toContain(
      'product\twaiting\tasked 2025-11-01 18:04 UTC, reminders 2025-11-03 04:00 UTC and 2025-11-03 10:00 UTC, expires 2025-11-03 16:00 UTC',
    );
    expect(out).toContain(`product: sluice sign-off ${NAME} --as product --go, or --no-go --reason WHY.`);
  });

  test('of a scheduled rollout shows the checklist, and names what blocks the start as a command', async () => {
    const account = await accountAt('2025-10-31T11:55');
    const { exit, out } = await status(account);
    expect(exit).toBe(8);
    expect(out).toContain('Checklist of canary, the next phase\nrelease tag exists\tnot ticked\n');
    expect(out).toContain('Nothing: it starts by itself');
    expect(out).not.toContain('Criteria of');
  });

  test.each([
    ['2025-10-31T12:48', 'rolling back', 'rollingBack'],
    ['2025-10-31T14:20', 'rolled back', 'rolledBack'],
  ])('at %s of a rollback exits 3', async (until, words, outcome) => {
    const account = await accountAt(until, { faults: FAILING });
    const { exit, out } = await status(account);
    expect(exit).toBe(3);
    expect(out).toMatch(new RegExp(`^${NAME}, [^\\n]*: ${words}, phase canary, candidate at 0 %\\.\nIn the last `));
    expect(JSON.parse((await status(account, '--json')).out)).toMatchObject({ outcome, coming: [], holds: [] });
  });

  test('of a finished rollout exits 0 and says what the template still needs', async () => {
    const { exit, out } = await status(await accountAt('2025-11-05T12:00'));
    expect(exit).toBe(0);
    expect(out).toContain(': finished, phase stabilisation, candidate at 100 %.');
    expect(out).toContain("Set the resting group of the service's template to analyzer-ultra-fast and deploy");
  });

  test('of a closed rollout exits 4: whatever follows in a script must not go on', async () => {
    const account = await accountAt('2025-10-31T12:40');
    await run(account, ['close', NAME, '--reason', 'by hand', '--yes']);
    const { exit, out } = await status(account);
    expect(exit).toBe(4);
    expect(out).toContain('Weight: 1 % recorded last');
  });

  test('shows a live weight that is not the wanted one', async () => {
    const account = await accountAt('2025-10-31T12:40');
    Object.assign(account.world.data.rules[0] ?? {}, { candidate: 0, baseline: 999 });
    const { out } = await run(account, ['status', NAME], { terminal: true });
    expect(out).toMatch(/✗ rule 9683b2d02a6cabee {2}0 % seen\n/);
    Object.assign(account.world.data.rules[0] ?? {}, { gone: true });
    expect((await status(account)).out).toContain('rule 9683b2d02a6cabee\tis gone\n');
  });

  test('of a rollout that does not exist is refused, exit 2', async () => {
    const { exit, err } = await run(emptyAccount(), ['status', NAME]);
    expect(exit).toBe(2);
    expect(err).toBe(
      `sluice: Cannot read the status of ${NAME}: there is no rollout ${NAME}.\nAll names: sluice list\n`,
    );
  });

  test('shows the plan that the function answers with', async () => {
    const account = await accountAt('2025-10-31T12:40');
    const ask: AskFunction = async (where, request) => {
      const reply = await account.ask(where, request);
      return JSON.parse(JSON.stringify(reply).replace('"name":"ramp"', '"name":"as-kept"'));
    };
    const { exit, out } = await run(account, ['status', NAME], { ask });
    expect(exit).toBe(8);
    expect(out).toContain('as-kept begins at 10 %');
  });

  test('does not read a plan of another release for one of its own', async () => {
    const account = await accountAt('2025-10-31T12:40');
    const ask: AskFunction = async (where, request) => {
      const reply = await account.ask(where, request);
      return JSON.parse(JSON.stringify(reply).replace(/"planSchema":\d+/, '"planSchema":99'));
    };
    const { exit, err } = await run(account, ['status', NAME], { ask });
    expect(exit).toBe(1);
    expect(err).toContain(`its plan has schema 99, which must be ${PLAN_SCHEMA} here`);
    expect(err).toContain('Use the release of sluice that the stack was deployed with.');
  });

  test('does not read a state of another release for one of its own', async () => {
    const account = await accountAt('2025-10-31T12:40');
    const ask: AskFunction = async (where, request) => {
      const reply = await account.ask(where, request);
      return JSON.parse(JSON.stringify(reply).replace('\\"schema\\":1', '\\"schema\\":2'));
    };
    const { exit, out, err } = await run(account, ['status', NAME], { ask });
    expect(exit).toBe(1);
    expect(out).toBe('');
    expect(err).toContain('has state schema 2, which must be 1');
    expect(err).toContain('Use the release of sluice that the stack was deployed with.');
  });
});

describe('status --watch', () => {
  /** Time goes on while the command waits. */
  const passing = (account: LiveAccount) => async (milliseconds: number) =>
    account.goTo(account.world.data.now + milliseconds);

  test('tells one line for each new entry in a pipe, and ends with the rollout and its exit code', async () => {
    const account = await accountAt('2025-10-31T12:40', { faults: FAILING });
    const before = account.lines.length - 1;
    const { exit, out, waits } = await run(account, ['status', NAME, '--watch'], { whileWaiting: passing(account) });
    expect(exit).toBe(3);
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(account.lines.length - before);
    expect(lines.every((line) => line.split('\t').length === 6)).toBe(true);
    expect(lines.at(-1)?.split('\t').slice(1, 5)).toEqual(['canary', '0', 'rollBack', 'DRAINED']);
    expect(new Set(waits)).toEqual(new Set([10_000]));
  });

  test('keeps a picture current on a terminal, and leaves the last one there', async () => {
    const account = await accountAt('2025-10-31T12:40', { faults: FAILING });
    const { exit, out, live } = await run(account, ['status', NAME, '--watch'], {
      terminal: true,
      whileWaiting: passing(account),
    });
    expect(exit).toBe(3);
    expect(live[0]).toContain(': running, phase canary, candidate at 1 %.');
    expect(live.some((text) => text.includes(': rolling back'))).toBe(true);
    // Decided on minutes that had not settled: the evidence of the decision is shown, and not only what is kept.
    expect(
      live.some((text) => /: rolling back[\s\S]*evidence [1-9]\d\d against the candidate, 100 rolls back/.test(text)),
    ).toBe(true);
    expect(live.at(-1)).toBe('');
    expect(out).toMatch(/^ultra-fast-analyzer, [^\n]*: rolled back/);
  });

  test('is one document for each new entry with --json', async () => {
    const account = await accountAt('2025-10-31T12:40', { faults: FAILING });
    const { out } = await run(account, ['status', NAME, '--watch', '--json'], { whileWaiting: passing(account) });
    const documents = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(documents.at(-1)).toMatchObject({ outcome: 'rolledBack', revision: lastEntry(account).revision });
    expect(new Set(documents.map(({ revision }) => revision)).size).toBe(documents.length);
  });

  test('ends at Ctrl-C with the code of what was seen last', async () => {
    const account = await accountAt('2025-10-31T12:40');
    const { exit, out, err, live, waits } = await run(account, ['status', NAME, '--watch'], {
      terminal: true,
      interruptAt: 2,
    });
    expect(exit).toBe(8);
    expect(waits).toHaveLength(2);
    expect(live.at(-1)).toBe('');
    expect(out).toContain(': running, phase canary');
    expect(err).toBe('');
  });

  test('ends at Ctrl-C also while the account does not answer', async () => {
    const account = await accountAt('2025-10-31T12:40');
    let asked = 0;
    const controller = new AbortController();
    const ask: AskFunction = async (where, request) => {
      asked += 1;
      if (asked === 1) return account.ask(where, request);
      controller.abort();
      return new Promise(() => {});
    };
    expect((await run(account, ['status', NAME, '--watch'], { ask, controller })).exit).toBe(8);
    expect(asked).toBe(2);
  });

  test('asks again when the account does not answer, and says so; after five minutes it gives up', async () => {
    const account = await accountAt('2025-10-31T12:40');
    let asked = 0;
    const failing = (until: number): AskFunction => {
      asked = 0;
      return async (where, request) => {
        asked += 1;
        return asked > 1 && asked <= until
          ? new Fault('THROTTLED', 'invoke the command function x')
          : account.ask(where, request);
      };
    };
    const short = await run(account, ['status', NAME, '--watch'], { ask: failing(3), interruptAt: 4 });
    expect(short.exit).toBe(8);
    expect(short.err.match(/\(THROTTLED\)\. Asking again\.\n/g)).toHaveLength(2);
    const long = await run(account, ['status', NAME, '--watch'], { ask: failing(1000) });
    expect(long.exit).toBe(1);
    expect(long.waits).toHaveLength(31);
    expect(long.err).toMatch(/Try again in a minute\.\n$/);
  });
});
