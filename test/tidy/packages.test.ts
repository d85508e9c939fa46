/** What is installed is what was chosen: exact versions out of the lock file, no scripts, and a reason for each. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly inBundle?: boolean;
}

type Versions = Readonly<Record<string, string>>;

const chosen: {
  readonly dependencies: Versions;
  readonly devDependencies: Versions;
  readonly allowScripts: Readonly<Record<string, boolean>>;
} = JSON.parse(read('package.json'));
const lock: { readonly packages: Readonly<Record<string, Locked>> } = JSON.parse(read('package-lock.json'));
const locked = Object.entries(lock.packages).filter(([path]) => path !== '');
const named = { ...chosen.dependencies, ...chosen.devDependencies };

test('every version is exact, and is the one in the lock file', () => {
  expect(Object.entries(named).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  expect(Object.keys(named).map((name) => [name, lock.packages[`node_modules/${name}`]?.version])).toEqual(
    Object.entries(named),
  );
});

/** The lock file names no address where it is the registry's own. */
const REGISTRY = 'https://registry.npmjs.org/';

test('every package comes from the registry, with the hash of what it is', () => {
  const bad = locked.filter(
    ([, { resolved, integrity, inBundle }]) =>
      inBundle !== true && !((resolved ?? REGISTRY).startsWith(REGISTRY) && integrity?.startsWith('sha512-') === true),
  );
  expect(bad.map(([path]) => path)).toEqual([]);
});

test('no package may run a script when it is installed; those that would like to are refused by name', () => {
  const wishing = locked
    .filter(([, { hasInstallScript }]) => hasInstallScript === true)
    .map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
  expect(chosen.allowScripts).toEqual(Object.fromEntries([...new Set(wishing)].sort().map((name) => [name, false])));
});

test('README and CI install by the lock file alone', () => {
  for (const path of ['README.md', '.ci/run'].filter((path) => existsSync(new URL(`../../${path}`, import.meta.url)))) {
    expect(read(path)).toContain('npm ci');
    expect(read(path)).not.toMatch(/npm (?:install|i|add)\b/);
  }
});

test('the document has a line for every package that is named, with what it is for, the reason and its licence', () => {
  const [run = '', build = ''] = read('docs/dependencies.md').split('## Needed to ').slice(1);
  for (const [part, versions] of [
    [run, chosen.dependencies],
    [build, chosen.devDependencies],
  ] as const) {
    const rows = part
      .split('\n')
      .filter((line) => line.startsWith('| ') && !line.startsWith('| package'))
      .map((line) =>
        line
          .slice(1, -1)
          .split('|')
          .map((cell) => cell.trim()),
      );
    expect(rows.map(([name]) => name)).toEqual(Object.keys(versions));
    for (const [name = '', purpose, reason, licence] of rows) {
      expect([purpose, reason].every((cell) => (cell ?? '').length > 3)).toBe(true);
      const { license } = JSON.parse(read(`node_modules/${name}/package.json`));
      expect([name, licence]).toEqual([name, license.startsWith('SEE LICENSE') ? 'MIT' : license]);
    }
  }
});
