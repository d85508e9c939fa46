/** What `parsePlan` says of values of the wrong kind, unknown keys and several problems at once. */
import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../lib/plan/parse.ts';
import { parsePlanOnDemand } from '../../lib/plan/parse-on-demand.ts';
import { edited, problemsOf, SEED } from './seed-plan.ts';
import { told, toldOf } from './told.ts';

const MAPPING = 'must be a mapping of keys to values';
const CHECKLIST = [
  'checklist: [release tag exists, rollback rehearsed, dashboards live, on-call briefed, leads informed]',
] as const;

describe('a mapping', () => {
  it.each<readonly [string, readonly [string, string], string]>([
    ['incidents', ['incidents: { alarms: [learn-critical-incident] }', 'incidents: 7'], '7'],
    ['traffic.names', ['{ baseline: original, candidate: ultra-fast }', '[a]'], '[a]'],
    ['phases[0]', ['phases:\n', 'phases:\n  - canary\n'], 'canary'],
    ['onCall.escalation', ['{ name: VP Engineering, slack: [U0VPE] }', 'nobody'], 'nobody'],
    ['operators', ['operators: { slack', 'operators: # { slack'], 'nothing'],
    ['leads.finance', ['  finance:     {', '  finance: 7 #'], '7'],
  ])('of %s is called one where it is none', (path, replacement, given) => {
    expect(told(replacement)).toEqual([`${path} ${MAPPING}; given: ${given}`]);
  });

  it('that is missing is told at what is around it', () => {
    expect(problemsOf('rollout: a')[0]).toBe(
      'line 1, column 1: release must be text of 1 to 100 characters; put it in quotes where YAML reads a number or true; given: nothing',
    );
    expect(toldOf('rollout: a')).toContainEqual(`traffic ${MAPPING}; given: nothing`);
    expect(toldOf('- a')).toContainEqual(`the plan ${MAPPING}; given: - a`);
  });

  it.each<readonly [string, readonly [string, string], string]>([
    [
      'metrics.revenue.sum.dimensions',
      ['Revenue, dimensions: { Variant: "{arm}" }', 'Revenue, dimensions: 7'],
      'must map names of dimensions to values; given: 7',
    ],
    [
      'metrics.gauges',
      ['gauges:                                 ', 'gauges: 7\nx:'],
      'must map names of gauges to CloudWatch metrics; given: 7',
    ],
  ])('of names of your own says what it maps: %s', (path, replacement, problem) => {
    expect(told(replacement)).toContainEqual(`${path} ${problem}`);
  });
});

describe('a key', () => {
  it.each<readonly [string, readonly [string, string], string]>([
    [
      'near a known one',
      ['- name: ramp\n', '- name: ramp\n    advanceafter: 5m\n'],
      'phases[1].advanceafter must be a known key: did you mean advanceAfter?; given: 5m',
    ],
    [
      'near none, which lists those of its mapping',
      ['{ baseline: original,', '{ colour: red, baseline: original,'],
      'traffic.names.colour must be a known key: baseline, candidate; given: red',
    ],
    [
      'of one of several forms',
      ['- cpu > 85% for 10m', '- { if: cpu > 85% for 10m, colour: red }'],
      'guards[4].colour must be a known key: if, proof, inSharedOutage; given: red',
    ],
    [
      'in a mapping of names of your own',
      ['  finance:     {', '  finance: { colour: red,'],
      'leads.finance.colour must be a known key: slack, principals; given: red',
    ],
    [
      'of a metric',
      ['metric: CPUUtilization,', 'metric: CPUUtilization, stat: Average,'],
      'metrics.gauges.cpu.stat must be a known key: namespace, metric, statistic, dimensions, missing, settle; given: Average',
    ],
    [
      'that YAML reads as a number',
      ['{ baseline: original,', '{ 1: red, baseline: original,'],
      'traffic.names.1 must be a known key: baseline, candidate; given: red',
    ],
  ])('that is unknown: %s', (_, replacement, problem) => {
    expect(told(replacement)).toEqual([problem]);
  });

  it('that names something of your own is told as it is written', () => {
    expect(
      told(
        ['  finance:     {', '  sales: { slack: [U0S] }\n  "The Finance": {'],
        [', finance] }', '] }'],
        [', finance] }', '] }'],
      ),
    ).toEqual(['leads["The Finance"] must be 1 to 40 characters of a-z, 0-9 and -; given: The Finance']);
    expect(told(['    memory:  {', '    1st:  {'], ['latencyP999, memory', 'latencyP999'])).toEqual([
      'metrics.gauges.1st must be named with at most 40 letters and digits, a letter first; given: 1st',
    ]);
    expect(told(['Orders, dimensions: { Variant', 'Orders, dimensions: { "": x, Variant'])).toEqual([
      'metrics.revenue.orders.dimensions[""] must be text of 1 to 255 characters; given: nothing',
    ]);
  });
});

describe('a value that may have several forms', () => {
  const CHECKPOINTS =
    'phases[0].checkpoints must be `daily` or a list of at most 100 durations after the start of the bake, such as [15m, 1h]';
  const LOOK = 'must be a duration from 1m to 30d in whole minutes, such as 15m, 2h or 12d';

  it.each([
    ['weekly', `${CHECKPOINTS}; given: weekly`],
    ['7', `${CHECKPOINTS}; given: 7`],
    ['{ a: b }', `${CHECKPOINTS}; given: { a: b }`],
    ['[15]', `phases[0].checkpoints[0] ${LOOK}; given: 15`],
    ['[15m, soon]', `phases[0].checkpoints[1] ${LOOK}; given: soon`],
  ])('is told by all of them, or by that which was meant: checkpoints %s', (written, problem) => {
    expect(told(['[15m, 30m, 1h, 90m]', written])).toEqual([problem]);
  });

  const ITEM = 'must be text of 1 to 200 characters';
  it.each([
    ['7', [` ${ITEM} or { item, required }; given: 7`]],
    ['[a]', [` ${ITEM} or { item, required }; given: [a]`]],
    ['""', [` ${ITEM}; given: ""`]],
    ['{}', [`.item ${ITEM}; put it in quotes where YAML reads a number or true; given: nothing`]],
    ['{ item: 7 }', [`.item ${ITEM}; put it in quotes where YAML reads a number or true; given: 7`]],
    ['{ item: x, required: maybe }', ['.required must be true or false; given: maybe']],
    ['{ item: x, requird: true }', ['.requird must be a known key: did you mean required?; given: true']],
    ['{ item: "", required: maybe }', [`.item ${ITEM}; given: ""`, '.required must be true or false; given: maybe']],
  ])('is told by all of them, or by that which was meant: an item %s', (written, problems) => {
    expect(told([...CHECKLIST, `checklist: [a, ${written}]`])).toEqual(
      problems.map((problem) => `phases[0].checklist[1]${problem}`),
    );
  });

  const GUARD = 'must be an expression such as `errorRate > 1.5% for 2m`';
  it.each([
    ['7', ` ${GUARD}, or { if, proof, inSharedOutage }; given: 7`],
    ['[a]', ` ${GUARD}, or { if, proof, inSharedOutage }; given: [a]`],
    ['{}', `.if ${GUARD}; given: nothing`],
    ['{ if: 7 }', `.if ${GUARD}; given: 7`],
    ['{ if: cpu > 85% for 10m, proof: maybe }', '.proof must be one of proven, none; given: maybe'],
    ['cpu > 85%', ' must give a limit and a duration: `cpu > 85 for 5m`; given: cpu > 85%'],
    ['{ if: cpu > 85% }', ' must give a limit and a duration: `cpu > 85 for 5m`; given: { if: cpu > 85% }'],
  ])('is told by all of them, or by that which was meant: a guard %s', (written, problem) => {
    expect(told(['- cpu > 85% for 10m', `- ${written}`])).toEqual([`guards[4]${problem}`]);
  });

  it('may be of a thousand characters, and is refused with more, whatever else is judged of it', () => {
    const padded = (length: number) => `cpu ${'>'.padEnd(length - 'cpu > 85% for 10m'.length + 1)} 85% for 10m`;
    expect(padded(1000)).toHaveLength(1000);
    for (const form of [(text: string) => `"${text}"`, (text: string) => `{ if: "${text}" }`]) {
      expect(told(['- cpu > 85% for 10m', `- ${form(padded(1000))}`])).toEqual([]);
      expect(told(['- cpu > 85% for 10m', `- ${form(padded(1001))}`])).toEqual([
        expect.stringMatching(/^guards\[4\](\.if)? must be at most 1000 characters; given: "cpu >/),
      ]);
    }
  });
});

describe('several problems', () => {
  it('come in the order of the file, also within a line, whatever finds them', () => {
    expect(problemsOf(edited(['show: [latencyP50', 'show: [disk, 9, latencyP50, disc']))).toEqual([
      expect.stringMatching(/^line 65, column 8: show\[0\] must use a metric .*; given: disk$/),
      expect.stringMatching(/^line 65, column 14: show\[1\] must be text .*; given: 9$/),
      expect.stringMatching(/^line 65, column 29: show\[3\] must use a metric .*; given: disc$/),
    ]);
  });

  it('are a hundred at most, the first of the file', () => {
    const keys = (count: number, letter: string) =>
      Array.from({ length: count }, (_, index) => `x${letter}${index}: 1\n`).join('');
    const problems = toldOf(
      `${keys(60, 'a')}${SEED.replace('traffic:\n', `traffic:\n${keys(60, 'b').replaceAll('x', '  x')}`)}`,
    );
    expect(problems).toHaveLength(100);
    expect(problems[59]).toMatch(/^xa59 must be a known key/);
    expect(problems[60]).toMatch(/^traffic\.xb0 must be a known key/);
    expect(problems[99]).toMatch(/^traffic\.xb39 must be a known key/);
    expect(toldOf(`${keys(99, 'a')}${SEED}`)).toHaveLength(99);
    expect(toldOf(`${keys(101, 'a')}${SEED}`)).toHaveLength(100);
  });

  it('of what YAML allows and a plan does not refuse a plan that is fine otherwise', () => {
    expect(told(['release:', 'rollout: again\nrelease:'])).toEqual(['rollout must be given once; given: rollout']);
    expect(told(['release: v3.0.0-sprint-2-complete', 'release: *version'])).toContainEqual(
      'release must be written out: anchors and aliases are not followed; given: *version',
    );
  });
});

describe('the same text again', () => {
  it('answers the same object, and another text another', async () => {
    const parsed = parsePlan(SEED);
    expect(parsePlan(SEED)).toBe(parsed);
    expect(await parsePlanOnDemand(SEED)).toBe(parsed);
    expect(parsePlan('')).not.toBe(parsed);
    expect(parsePlan('')).toMatchObject({ ok: false });
    expect(parsePlan(SEED)).toEqual(parsed);
  });
});
