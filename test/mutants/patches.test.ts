import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const patches = readdirSync(FOLDER).filter((name) => name.endsWith('.patch'));

it('there are at least twenty hand-made bugs', () => {
  expect(patches.length).toBeGreaterThanOrEqual(20);
});

/** `npm run mutants`, which takes long, could break nothing with one that does not. */
it.each(patches)('%s still fits the code', (patch) => {
  expect(() =>
    execFileSync('git', ['apply', '--check', `${FOLDER}${patch}`], { cwd: ROOT, stdio: 'pipe' }),
  ).not.toThrow();
});
