import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sluice } from './captured-io.ts';
import { workspace } from './workspace.ts';

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

const entry = (revision: number, previous: string, more: object = {}): string =>
  JSON.stringify({ rollout: 'demo', revision, previous, at: '2025-10-31T12:00:00.000Z', note: 'Grüße', ...more });

const journal = (length: number): string[] => {
  const lines: string[] = [];
  for (let revision = 0; revision < length; revision++)
    lines.push(entry(revision, revision === 0 ? '' : sha(lines[revision - 1] ?? '')));
  return lines;
};

const verify = async (content: string, ...options: string[]) => {
  const folder = workspace({ 'journal.jsonl': content });
  return sluice(['verify', join(folder, 'journal.jsonl'), ...options]);
};

const asFile = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

describe('verify', () => {
  test('finds an untouched chain whole and names the hash of its head', async () => {
    const lines = journal(5);
    const { exit, out } = await verify(asFile(lines));
    expect(exit).toBe(0);
    expect(out).toContain('5 entries of demo, revisions 0 to 4');
    expect(out).toContain(sha(lines[4] ?? ''));
  });

  test('names the line after one that was changed', async () => {
    const lines = journal(5);
    lines[2] = (lines[2] ?? '').replace('12:00', '12:01');
    const { exit, out } = await verify(asFile(lines));
    expect(exit).toBe(1);
    expect(out).toContain('the chain breaks at line 4');
  });

  test.each([
    ['a line is missing', (lines: string[]) => lines.toSpliced(2, 1), 3, 'must be revision 2, and is revision 3'],
    [
      'a line is there twice',
      (lines: string[]) => lines.toSpliced(2, 0, lines[1] ?? ''),
      3,
      'must be revision 2, and is revision 1',
    ],
    [
      'two lines are swapped',
      (lines: string[]) => lines.with(1, lines[2] ?? '').with(2, lines[1] ?? ''),
      2,
      'must be revision 1',
    ],
    ['the beginning is missing', (lines: string[]) => lines.slice(1), 1, 'must be revision 0'],
    ['a line is no JSON', (lines: string[]) => lines.with(3, '{"rollout":'), 4, 'must be a JSON document'],
    ['a line is something else', (lines: string[]) => lines.with(3, '[1, 2]'), 4, 'must be a journal entry'],
    ['a line is empty', (lines: string[]) => lines.toSpliced(3, 0, ''), 4, 'must be a JSON document'],
    [
      'an entry is another rollout’s',
      (lines: string[]) => lines.with(4, entry(4, sha(lines[3] ?? ''), { rollout: 'other' })),
      5,
      'must belong to rollout demo',
    ],
    [
      'the first entry names a predecessor',
      (lines: string[]) => lines.with(0, entry(0, sha('x'))),
      1,
      'must name no predecessor',
    ],
  ])('names the line of the first break where %s', async (_, change, line, problem) => {
    const { exit, out } = await verify(asFile(change(journal(5))));
    expect(exit).toBe(1);
    expect(out).toContain(`the chain breaks at line ${line}`);
    expect(out).toContain(problem);
  });

  test('hashes the bytes of a line, wherever the pieces of a large file end', async () => {
    const lines: string[] = [];
    for (let revision = 0; revision < 40; revision++) {
      lines.push(
        entry(revision, revision === 0 ? '' : sha(lines[revision - 1] ?? ''), {
          padding: 'ü'.repeat(50_000 + revision),
        }),
      );
    }
    const { exit, out } = await verify(asFile(lines), '--json');
    expect(exit).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      whole: true,
      entries: 40,
      lastRevision: 39,
      headHash: sha(lines[39] ?? ''),
    });
  });

  test('an empty file is no journal', async () => {
    const { exit, out } = await verify('');
    expect(exit).toBe(1);
    expect(out).toContain('the file has none');
  });

  test('says the same as one JSON document', async () => {
    const lines = journal(3);
    const { exit, out } = await verify(asFile(lines.with(1, 'x')), '--json');
    expect(exit).toBe(1);
    expect(JSON.parse(out)).toEqual({ whole: false, line: 2, problem: 'must be a JSON document, and is none' });
  });

  test('a file that is not there is the wrong command line, not a broken chain', async () => {
    const { exit, err } = await sluice(['verify', 'no/journal.jsonl']);
    expect(exit).toBe(2);
    expect(err).toContain('Cannot read journal no/journal.jsonl: there is no such file.');
  });
});
