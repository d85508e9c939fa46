import { describe, expect, test } from 'vitest';
import { accountAt, emptyAccount, lastEntry, run } from './account.ts';

const NAME = 'ultra-fast-analyzer';
const PRODUCT = 'arn:aws:sts::123456789012:assumed-role/ProductLead/ada';
const given = { as: PRODUCT, signOffs: 'none' } as const;
const ASKED = '2025-11-01T18:40';

describe('sign-off', () => {
  test('is for the phase that the lead sees now, and shows the criteria that it rests on', async () => {
    const account = await accountAt(ASKED, given);
    const { exit, out, err } = await run(account, ['sign-off', NAME, '--as', 'product', '--go']);
    expect(exit).toBe(0);
    expect(out).toBe(`${NAME}: ${PRODUCT} commanded sign-off product GO.\n`);
    expect(err).toMatch(/^Phase ramp: errorRate < 0\.5% pass, /);
    expect(account.asked.map(({ ask }) => ask)).toEqual(['status', 'command']);
    expect(lastEntry(account).state.signOffs).toEqual([
      expect.objectContaining({ role: 'product', answer: 'GO', actor: PRODUCT }),
    ]);
  });

  test('is for the phase that was named, and refused where that is not the present one', async () => {
    const account = await accountAt(ASKED, given);
    const args = ['sign-off', NAME, '--as', 'product', '--go', '--phase'];
    const early = await run(account, [...args, 'canary']);
    expect(early.exit).toBe(2);
    expect(early.err).toContain('the present phase is ramp, this is for canary');
    expect((await run(account, [...args, 'ramp'])).exit).toBe(0);
    expect(account.asked.map(({ ask }) => ask)).toEqual(['command', 'command']);
  });

  test('says NO-GO with a reason, which holds the rollout', async () => {
    const account = await accountAt(ASKED, given);
    const { exit, out } = await run(account, ['sign-off', NAME, '--as', 'product', '--no-go', '--reason', 'not yet']);
    expect(exit).toBe(0);
    expect(out).toContain('product says NO-GO');
    expect(lastEntry(account).state.holds).toMatchObject([{ code: 'NO_GO' }]);
  });

  test('is refused to whoever does not hold the role', async () => {
    const { exit, err } = await run(await accountAt(ASKED, given), ['sign-off', NAME, '--as', 'finance', '--go']);
    expect(exit).toBe(2);
    expect(err).toContain(`${PRODUCT} is not a principal of the role finance`);
  });

  test('is refused before the first bake, with what the rollout waits for', async () => {
    const account = await accountAt('2025-10-31T11:55', given);
    const { exit, err } = await run(account, ['sign-off', NAME, '--as', 'product', '--go']);
    expect(exit).toBe(2);
    expect(err).toContain('sign-offs count from the beginning of a bake, and it is scheduled');
    expect(account.asked.map(({ ask }) => ask)).toEqual(['status']);
  });

  test.each([
    [[], /must say --go or --no-go; given: neither/],
    [['--no-go'], /--no-go must be given with --reason WHY/],
    [['--go', '--no-go', '--reason', 'x'], /'--no-go' cannot be used with option '--go'/],
    [['--go', '--reason', ' '], /--reason must have 1 to 500 characters/],
  ])('with %j is refused before anybody is asked', async (words, problem) => {
    const account = emptyAccount();
    const { exit, err } = await run(account, ['sign-off', NAME, '--as', 'product', ...words]);
    expect(exit).toBe(2);
    expect(err).toMatch(problem);
    expect(account.asked).toEqual([]);
  });
});
