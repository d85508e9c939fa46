import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sluice } from './captured-io.ts';
import { EXAMPLE, workspace } from './workspace.ts';

const source = readFileSync(EXAMPLE, 'utf8');

/** The example with something replaced; a replacement that does not apply would test nothing. */
const changed = (from: string | RegExp, to: string): string => {
  const text = source.replace(from, to);
  if (text === source) throw new Error(`nothing replaced: ${from}`);
  return text;
};

const bomb = [
  'a: &a [x, x, x, x, x, x, x, x, x]',
  ...'bcdefgh'
    .split('')
    .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[index]}`).join(', ')}]`),
].join('\n');

const INVALID: readonly (readonly [string, string | Uint8Array, RegExp])[] = [
  ['an empty file', '', /must not be empty/],
  ['wrong YAML', 'rollout: [a, b\nphases: }', /must be YAML or JSON/],
  ['an unknown key', changed('release:', 'relaese:'), /relaese must be a known key: did you mean release/],
  ['weight 0', changed('weight: 1%', 'weight: 0%'), /phases\[0\]\.weight/],
  ['weight 101', changed('weight: 1%', 'weight: 101%'), /phases\[0\]\.weight/],
  ['a negative weight', changed('weight: 1%', 'weight: -1%'), /phases\[0\]\.weight/],
  ['NaN', changed('weight: 1%', 'weight: .NaN'), /phases\[0\]\.weight/],
  ['checkpoints out of order', changed('[15m, 30m, 1h, 90m]', '[30m, 15m]'), /phases\[0\]\.checkpoints/],
  ['a checkpoint beyond the bake', changed('[15m, 30m, 1h, 90m]', '[3h]'), /phases\[0\]\.checkpoints/],
  ['falling weights', changed('weight: 10%', 'weight: 0.5%'), /phases\[1\]\.weight/],
  ['duplicate phase names', changed('- name: ramp', '- name: canary'), /phases\[1\]\.name/],
  ['an unknown metric', changed('errorRate < 1%', 'errorRat < 1%'), /errorRat/],
  ['a missing unit', changed('latencyP99 < 200ms', 'latencyP99 < 200'), /ms or s/],
  [
    'a relative metric at weight 100',
    changed('advance: [errorRate < 0.1%', 'advance: [not revenueDelta < -3%, errorRate < 0.1%'),
    /phases\[2\]\.advance\[0\]/,
  ],
  ['a file of 10 MB', new Uint8Array(10 * 1024 * 1024).fill(35), /at most 64 KiB, it has 10\.0 MiB/],
  ['an alias bomb', bomb, /alias/i],
  ['__proto__', `${source}\n__proto__: { polluted: true }\n`, /__proto__/],
  [
    'a date that does not exist',
    changed('2025-10-31T12:00:00Z', '2025-02-30T12:00:00Z'),
    /start must be a date that exists/,
  ],
  ['a zone that does not exist', `${source}\nzone: Europe/Atlantis\n`, /zone/],
  [
    'an ARN of the wrong service',
    changed(/baseline: {2}arn:aws:elasticloadbalancing/, 'baseline:  arn:aws:s3'),
    /traffic\.baseline/,
  ],
  [
    'baseline and candidate being one',
    changed(/targetgroup\/analyzer-ultra-fast\/\w+/, 'targetgroup/analyzer-original/73e2d6bc24d8a067'),
    /must be another target group/,
  ],
  ['bytes that are no text', new Uint8Array([0, 1, 2, 255, 254]), /must be text/],
];

describe('an invalid plan', () => {
  test.each(INVALID)(
    'is refused for %s, with exit 2, without a stack trace, and nothing is written',
    async (_, content, problem) => {
      const folder = workspace({ 'plan.yaml': content });
      for (const command of [
        ['check'],
        ['rehearse', '--out', join(folder, 'out')],
        ['schedule', '--out', join(folder, 'out')],
      ]) {
        const { exit, out, err } = await sluice([...command, join(folder, 'plan.yaml')]);
        expect(exit).toBe(2);
        expect(out).toBe('');
        expect(err).toMatch(problem);
        expect(err).not.toMatch(/^\s+at .*:\d+/m);
        expect(err).not.toContain('bug');
      }
      expect(readdirSync(folder)).toEqual(['plan.yaml']);
    },
  );

  test('tells all its problems at once, each with line, path, what must hold and what was given', async () => {
    const text = changed('weight: 1%', 'weight: 0%')
      .replace('bake: 4h', 'bake: soon')
      .replace('- cpu > 85% for 10m', '- cpu > 85%');
    const folder = workspace({ 'plan.yaml': text });
    const { exit, err } = await sluice(['check', join(folder, 'plan.yaml')]);
    expect(exit).toBe(2);
    expect(err).toContain('is not a valid plan: 3 problems.');
    expect(err).toMatch(/line 18, column \d+: phases\[0\]\.weight must .*; given: 0%/);
    expect(err).toMatch(/phases\[1\]\.bake must .*; given: soon/);
    expect(err).toMatch(/guards\[4\] must .*; given: cpu > 85%/);
    expect(err).toContain(`then run: sluice check ${join(folder, 'plan.yaml')}`);
  });

  test('is one document with --json, too', async () => {
    const folder = workspace({ 'plan.yaml': changed('weight: 1%', 'weight: 0%') });
    const { exit, out } = await sluice(['check', join(folder, 'plan.yaml'), '--json']);
    expect(exit).toBe(2);
    expect(JSON.parse(out).problems).toEqual([expect.objectContaining({ path: 'phases[0].weight', given: '0%' })]);
  });
});

describe('a command line that cannot be used', () => {
  test.each([
    [['frobnicate'], /unknown command 'frobnicate'/],
    [['chek', EXAMPLE], /Did you mean check\?/],
    [['check'], /missing required argument 'plan'/],
    [['check', EXAMPLE, 'more'], /too many arguments/],
    [['check', EXAMPLE, '--wurst'], /unknown option '--wurst'/],
    [['check', EXAMPLE, '--trafic', 'x'], /Did you mean --traffic\?/],
    [['check', 'nope.yaml'], /Cannot read plan nope\.yaml: there is no such file/],
    [['check', 'examples'], /Cannot read plan examples: it is a folder/],
    [
      ['check', EXAMPLE, '--requests-per-minute', 'abc'],
      /--requests-per-minute must be a number above 0 and at most 1e9; given: abc/,
    ],
    [['check', EXAMPLE, '--requests-per-minute', '-5'], /given: -5/],
    [['check', EXAMPLE, '--requests-per-minute', '0'], /given: 0/],
    [['check', EXAMPLE, '--requests-per-minute', 'Infinity'], /given: Infinity/],
    [['check', EXAMPLE, '--requests-per-minute', ''], /given: nothing/],
    [
      ['check', EXAMPLE, '--failure-rate', '0.001'],
      /--failure-rate must be a percentage from 0% to 100%, such as 0\.1%; given: 0\.001/,
    ],
    [['check', EXAMPLE, '--failure-rate', '101%'], /given: 101%/],
    [['check', EXAMPLE, '--failure-rate', '-1%'], /given: -1%/],
    [['check', EXAMPLE, '--failure-rate', ''], /given: nothing/],
    [['check', EXAMPLE, '--clumpiness', '0.5'], /--clumpiness must be a number from 1 to 20; given: 0\.5/],
    [['check', EXAMPLE, '--clumpiness', '21'], /given: 21/],
    [['check', EXAMPLE, '--clumpiness', 'x', '--failure-rate', 'y'], /2 things stand in the way/],
    [['check', EXAMPLE, '--traffic', 'nope.csv'], /Cannot read traffic file nope\.csv/],
    [['check', EXAMPLE, '--traffic', EXAMPLE], /is not a traffic file/],
    [['check', EXAMPLE, '--scale', '2'], /--scale must be given with --traffic/],
    [['check', EXAMPLE, '--traffic', 'a.csv', '--requests-per-minute', '5'], /must not be given together/],
    [['rehearse'], /A plan must be given/],
    [['rehearse', EXAMPLE, '--scenario', 'slow-lek'], /did you mean slow-leak\?/],
    [['rehearse', EXAMPLE, '--scenario', '../../package'], /--scenario must be one of/],
    [['rehearse', EXAMPLE, '--fault', 'explode'], /Fault "explode" is not known.*\n.*failures x50/],
    [['rehearse', EXAMPLE, '--fault', 'segment moon failures x5'], /the segment must be one of the plan's/],
    [['rehearse', EXAMPLE, '--sign-offs', 'maybe'], /--sign-offs must be given, none, no-go; given: maybe/],
    [['rehearse', EXAMPLE, '--seed', '1.5'], /--seed must be a whole number/],
    [['rehearse', EXAMPLE, '--seed', '99999999999'], /--seed must be a whole number/],
    [['rehearse', EXAMPLE, '--rows', 'nope.csv'], /Cannot read rows file nope\.csv/],
    [['rehearse', EXAMPLE, '--rows', EXAMPLE], /is not a rows file for this plan/],
    [['rehearse', EXAMPLE, '--rows', 'a.csv', '--traffic', 'b.csv'], /--rows must not be given with --traffic/],
    [['rehearse', EXAMPLE, '--rows', 'a.csv', '--fault', 'no ticks'], /--rows must not be given with --fault/],
    [['schedule', 'nope'], /Cannot read plan nope/],
    [['verify'], /missing required argument 'journal'/],
    [['verify', 'lib'], /Cannot read journal lib: it is a folder/],
  ])('%j is refused with exit 2', async (args, problem) => {
    const folder = workspace();
    const out = args[0] === 'rehearse' || args[0] === 'schedule' ? ['--out', join(folder, 'out')] : [];
    const result = await sluice([...args, ...out]);
    expect(result.err).toMatch(problem);
    expect(result.exit).toBe(2);
    expect(result.out).toBe('');
    expect(result.err).not.toContain('bug');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('tells everything that is wrong with it at once', async () => {
    const { err } = await sluice([
      'rehearse',
      EXAMPLE,
      '--seed',
      'x',
      '--sign-offs',
      'maybe',
      '--fault',
      'boo',
      '--requests-per-minute',
      'few',
    ]);
    expect(err).toContain('4 things stand in the way');
    for (const option of ['--seed', '--sign-offs', '--fault', '--requests-per-minute']) expect(err).toContain(option);
  });

  test('without a command shows the help and exits 2', async () => {
    const { exit, out, err } = await sluice([]);
    expect(exit).toBe(2);
    expect(out).toBe('');
    expect(err).toContain('Commands:');
  });
});

describe('help', () => {
  test.each([[[]], [['check']], [['schedule']], [['rehearse']], [['verify']]])(
    'of %j has examples and exit codes, on stdout',
    async (command) => {
      const { exit, out, err } = await sluice([...command, '--help']);
      expect(exit).toBe(0);
      expect(err).toBe('');
      expect(out).toContain('Examples:');
      expect(out).toMatch(/exit codes?:/i);
    },
  );
});
