import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { furnish, type Surroundings, walk } from './walk.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(repository, path), 'utf8');

const surroundings: Surroundings = {
  scripts: Object.keys(JSON.parse(read('package.json')).scripts),
  byCi: [...read('.ci/run').matchAll(/^step '(.+)'$/gm)].map((match) => match[1] ?? ''),
  known: new Map(),
};

const pages = [
  'README.md',
  ...readdirSync(join(repository, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-docs-'));
  furnish(folder, repository);
  process.chdir(folder);
});

afterEach(() => {
  process.chdir(repository);
  rmSync(folder, { recursive: true, force: true });
});

describe('every command that is shown works as it is shown, or is marked', () => {
  it.each(pages)('%s', async (page) => {
    expect(await walk(read(page), surroundings)).toEqual([]);
  });
});

const PLAN = 'examples/checkout-api.yaml';
const page = (...lines: readonly string[]): string => lines.join('\n');
const complaintsAbout = (...lines: readonly string[]) => walk(page(...lines), { ...surroundings, known: new Map() });

describe('complains of', () => {
  it('a command that does not work', async () => {
    expect(await complaintsAbout('Do:', '', '    npx sluice check nothing.yaml')).toEqual([
      expect.stringMatching(/^line 3: npx sluice check nothing.yaml ends with 2: sluice: /),
    ]);
    expect(await complaintsAbout('```', 'sluice undo', '```')).toEqual([
      expect.stringMatching(/^line 2: sluice undo ends/),
    ]);
  });

  it('a command that asks an account', async () => {
    expect(await complaintsAbout('    sluice list')).toEqual([expect.stringMatching(/no test has an account/)]);
  });

  it('a command that no test runs and that is not marked', async () => {
    expect(await complaintsAbout('    npx cdk deploy', '    npm run nothing')).toEqual([
      'line 1: npx cdk deploy ends with 1: no test runs that; mark it',
      'line 2: npm run nothing ends with 1: package.json has no such script',
    ]);
  });

  it('output that is another', async () => {
    expect(await complaintsAbout(`    $ sluice check ${PLAN}`, '    …', '    five: 6 % for 1h …', '    …')).toEqual([
      'line 1: shows "five: 6 % for 1h …", but it says nothing like it',
    ]);
  });

  it('output that is left out without saying so', async () => {
    expect(await complaintsAbout(`    $ sluice check ${PLAN}`, '    … is valid: …')).toEqual([
      expect.stringMatching(/^line 1: leaves out "Whether it can be decided/),
    ]);
  });

  it('a change of a file that does not have what is changed', async () => {
    const written = ['```yaml a.yaml', 'rollout: a', '```', '```diff a.yaml', '-rollout: b', '+rollout: c', '```'];
    expect(await complaintsAbout(...written)).toEqual(['line 5: "rollout: b" is not once in a.yaml']);
  });
});

describe('a mark', () => {
  it('below a heading covers its section, with what is below it, and no more', async () => {
    const section = [
      '## One',
      '',
      '*Needs an account.*',
      '',
      '    npx cdk deploy',
      '',
      '### Below',
      '',
      '    npx cdk diff',
      '',
    ];
    expect(await complaintsAbout(...section)).toEqual([]);
    expect(await complaintsAbout(...section, '## Two', '', '    npx cdk deploy')).toHaveLength(1);
  });

  it('before a block covers that block', async () => {
    const block = ['Text.', '', '*Takes long.*', '', '    npm run nothing', ''];
    expect(await complaintsAbout(...block)).toEqual([]);
    expect(await complaintsAbout(...block, 'More.', '', '    npm run nothing')).toHaveLength(1);
  });

  it('at the end of a line covers that line', async () => {
    expect(await complaintsAbout('    npx cdk deploy   # account', '    npx cdk diff   # long')).toEqual([]);
    expect(await complaintsAbout('    npx cdk deploy   # account', '    npx cdk diff')).toHaveLength(1);
  });
});

it('a page writes its files and changes them, and its commands see them', async () => {
  const plan = [
    '```yaml a.yaml',
    'rollout: a',
    '```',
    '',
    '    $ sluice check a.yaml',
    '    sluice: a.yaml …',
    '    …',
    '',
  ];
  expect(
    await complaintsAbout(
      ...plan,
      '```diff a.yaml',
      '-rollout: a',
      '+rollout: b',
      '```',
      '',
      '    $ cat a.yaml',
      '    rollout: b',
    ),
  ).toEqual([]);
});
