import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sluice } from '../captured-io.ts';
import { workspace } from '../workspace.ts';
import { accountAt, emptyAccount, run } from './account.ts';

const NAME = 'ultra-fast-analyzer';

describe('journal', () => {
  test('is every entry, byte for byte and over several pages, so that its chain can be verified', async () => {
    const account = await accountAt('2025-11-01T00:00');
    const { exit, out, err } = await run(account, ['journal', NAME]);
    expect(exit).toBe(0);
    expect(err).toBe('');
    expect(account.lines.length).toBeGreaterThan(500);
    expect(account.asked).toHaveLength(2);
    expect(out).toBe(account.lines.map((line) => `${line}\n`).join(''));
    const path = join(workspace(), 'journal.jsonl');
    writeFileSync(path, out);
    const verified = await sluice(['verify', path, '--json']);
    expect(JSON.parse(verified.out)).toMatchObject({ whole: true, entries: account.lines.length });
  });

  test('begins and ends where it is told to', async () => {
    const account = await accountAt('2025-10-31T12:40');
    const { out } = await run(account, ['journal', NAME, '--from', '3', '--limit', '2', '--json'], { terminal: true });
    expect(out).toBe(`${account.lines[3]}\n${account.lines[4]}\n`);
    const beyond = await run(account, ['journal', NAME, '--from', '9999']);
    expect(beyond).toMatchObject({ exit: 0, out: '', err: '' });
  });

  test('is the story on a terminal, with a sentence for every decision', async () => {
    const account = await accountAt('2025-10-31T14:20', { faults: ['failures x50 from 00:37'] });
    const { exit, out } = await run(account, ['journal', NAME], { terminal: true });
    expect(exit).toBe(0);
    expect(out).toMatch(
      /^ultra-fast-analyzer: \d+ entries, revisions 0 to \d+\. Waits that only go on are left out\.\n/,
    );
    expect(out).toMatch(/2025-10-31 12:00 UTC {2}canary +1 % {2}advance +The candidate goes from 0 % to 1 %/);
    expect(out).toMatch(/2025-10-31 12:41 UTC {2}canary +0 % {2}rollBack +In the last 3m/);
    const later = await run(account, ['journal', NAME, '--from', '40', '--limit', '3'], { terminal: true });
    expect(later.out).toMatch(/^ultra-fast-analyzer: 3 entries, revisions 40 to 42\./);
  });

  test.each([
    [['--from', '-1'], /--from must be a whole number from 0 to 999999999; given: -1/],
    [['--limit', '0'], /--limit must be a whole number from 1 to 999999999; given: 0/],
    [['--limit', 'all'], /given: all/],
  ])('with %j is refused before anybody is asked', async (words, problem) => {
    const account = emptyAccount();
    const { exit, err } = await run(account, ['journal', NAME, ...words]);
    expect(exit).toBe(2);
    expect(err).toMatch(problem);
    expect(account.asked).toEqual([]);
  });

  test('of a rollout that does not exist is refused', async () => {
    const { exit, err } = await run(emptyAccount(), ['journal', NAME]);
    expect(exit).toBe(2);
    expect(err).toContain(`Cannot read the journal of ${NAME}: there is no rollout ${NAME}.`);
  });
});
