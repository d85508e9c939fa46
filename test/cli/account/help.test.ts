import { build, type Metafile } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { emptyAccount, run } from './account.ts';

const COMMANDS = [
  'start',
  'list',
  'status',
  'journal',
  'hold',
  'resume',
  'advance',
  'roll-back',
  'close',
  'sign-off',
  'check-off',
  'incident',
  'report',
  'export',
  'preflight',
];

describe('help', () => {
  test.each(COMMANDS.map((command) => [command]))('of %s has examples and exit codes, on stdout', async (command) => {
    const account = emptyAccount();
    const { exit, out, err } = await run(account, [command, '--help']);
    expect(exit).toBe(0);
    expect(err).toBe('');
    expect(out).toContain('Examples:');
    expect(out).toContain(`  sluice ${command}`);
    expect(out).toMatch(/Exit codes:/);
    expect(out).toContain('--json');
    expect(out).toContain('--function <name>');
    expect(account.asked).toEqual([]);
  });

  test('of start says whose a plan must be that nobody deployed', async () => {
    const { out } = await run(emptyAccount(), ['start', '--help']);
    expect(out.replace(/\s+/g, ' ')).toContain(
      'somebody who is an operator of it and also of a deployed plan on the same load balancer',
    );
  });

  test('loads neither the AWS SDK nor anything else but commander: the rest comes when a command runs', async () => {
    const { metafile } = await build({
      entryPoints: ['lib/cli/main.ts'],
      bundle: true,
      splitting: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'node',
      outdir: 'out',
      logLevel: 'silent',
    });
    const packages = loadedAtOnce(metafile, 'lib/cli/main.ts')
      .map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1])
      .filter((name) => name !== undefined);
    expect(new Set(packages)).toEqual(new Set(['commander']));
  });
});

/** Everything that is imported without waiting for a command. */
const loadedAtOnce = ({ inputs }: Metafile, entry: string): readonly string[] => {
  const loaded = new Set<string>();
  const open = [entry];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (loaded.has(path)) continue;
    loaded.add(path);
    const imports = inputs[path]?.imports ?? [];
    open.push(...imports.filter(({ kind }) => kind !== 'dynamic-import').map((each) => each.path));
  }
  return [...loaded];
};
