import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workspace } from '../workspace.ts';
import { accountAt, run } from './account.ts';

const NAME = 'ultra-fast-analyzer';

test('report prints the Markdown, or writes it to a file and says up to which revision', async () => {
  const account = await accountAt('2025-10-31T12:40');
  const { exit, out } = await run(account, ['report', NAME]);
  expect(exit).toBe(0);
  expect(out).toMatch(/^# Rollout ultra-fast-analyzer: running\n/);
  const path = join(workspace(), 'made', 'report.md');
  const written = await run(account, ['report', NAME, '--out', path]);
  expect(written).toMatchObject({
    exit: 0,
    out: '',
    err: `Wrote ${path}, up to revision ${account.lines.length - 1}.\n`,
  });
  expect(readFileSync(path, 'utf8')).toBe(out);
  const json = await run(account, ['report', NAME, '--json']);
  expect(JSON.parse(json.out)).toEqual({ rollout: NAME, revision: account.lines.length - 1, markdown: out });
});

test('report --link prints nothing but the link, and says to whom and how long it is open', async () => {
  const account = await accountAt('2025-10-31T12:40');
  const { exit, out, err } = await run(account, ['report', NAME, '--link']);
  expect([exit, out]).toEqual([0, `https://s3.example.org/${NAME}/report.html?X-Amz-Expires=3600\n`]);
  expect(err).toBe(
    `Up to revision ${account.lines.length - 1}. Whoever has this link can read the page, for 60 minutes at most.\n`,
  );
  const json = await run(account, ['report', NAME, '--link', '--json']);
  expect(JSON.parse(json.out)).toMatchObject({ rollout: NAME, minutes: 60, url: out.trimEnd() });
  expect(await run(account, ['report', NAME, '--link', '--out', 'x'])).toMatchObject({ exit: 2, out: '' });
});

test('report says which file cannot be written, exit 1', async () => {
  const folder = workspace({ file: '' });
  const path = join(folder, 'file', 'report.md');
  const { exit, err } = await run(await accountAt('2025-10-31T12:40'), ['report', NAME, '--out', path]);
  expect(exit).toBe(1);
  expect(err).toBe(`sluice: Cannot write ${path}: a file is in the way.\nGive another file with --out FILE.\n`);
});
