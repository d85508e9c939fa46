import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../lib/plan/parse.ts';
import { slackChannelsOf } from '../../lib/plan/slack-channels.ts';
import { at, edited, planOf, problemsOf, SEED } from './seed-plan.ts';

describe('parsePlan', () => {
  it('reads the seed plan', () => {
    const plan = planOf(SEED);
    expect(plan.rollout).toBe('ultra-fast-analyzer');
    expect(plan.start).toBe(at('2025-10-31T12:00Z'));
    expect(plan.traffic.audience).toEqual({ count: 500000, noun: 'learners' });
    expect(plan.phases.map(({ name, weight, start, bakeMinutes }) => [name, weight, start, bakeMinutes])).toEqual([
      ['canary', 1, at('2025-10-31T12:00Z'), 120],
      ['ramp', 10, at('2025-11-01T14:00Z'), 240],
      ['rollout', 100, at('2025-11-02T16:00Z'), 1440],
      ['stabilisation', 100, undefined, 17280],
    ]);
    expect(plan.phases[0]?.checkpointMinutes).toEqual([15, 30, 60, 90]);
    expect(plan.phases[3]?.checkpointMinutes).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((day) => day * 1440));
    expect(plan.phases.map(({ extendUpToMinutes }) => extendUpToMinutes)).toEqual([240, 480, 1680, 17520]);
    expect(plan.phases[1]).toMatchObject({ advanceAfterMinutes: 30, warmUpMinutes: 3, onFail: 'hold', onTrip: 'hold' });
    expect(plan.metrics.revenue?.orders).toMatchObject({ missing: 'zero', settleMinutes: 5, statistic: 'Sum' });
    expect(plan.onCall?.escalation).toEqual({ name: 'VP Engineering', slack: ['U0VPE'] });
  });

  it('fills in the defaults of the reference', () => {
    expect(planOf(SEED)).toMatchObject({
      mode: 'release',
      startWithinMinutes: 60,
      lateByMinutes: 240,
      after: [],
      zone: 'UTC',
      windows: [],
      freezes: [],
      regressionWatch: { falseRollbacks: 0.01, onSticky: 'hold' },
      healthyTargets: {},
      availability: 'answered',
      signOffWithinMinutes: 1440,
      separationOfDuty: false,
      holdForMinutes: 1440,
      pace: 'economic',
    });
  });

  it('refuses to separate the duties of a single role: it may take the GO of two people', () => {
    const separated = ['start: 2025-10-31T12:00:00Z', 'separationOfDuty: true\nstart: 2025-10-31T12:00:00Z'] as const;
    const asking = (roles: string) =>
      problemsOf(
        edited(separated, ['signOff: { roles: [engineering, operations, product, finance] }', `signOff: { ${roles} }`]),
      );
    expect(asking('roles: [engineering]')).toEqual([
      expect.stringContaining('phases[1].signOff.roles must be two roles at least, together with those of auto'),
    ]);
    expect(asking('roles: [engineering], auto: [finance]')).toEqual([]);
    expect(asking('auto: [finance]')).toEqual([]);
  });

  it('reads JSON as it reads YAML', () => {
    const json = { ...planAsJson(), notify: { slack: '#deployment-updates' } };
    expect(planOf(JSON.stringify(json))).toEqual(planOf(SIMPLE));
  });

  it('takes one Slack channel for everybody, or one for each audience, of which only that of everyone is needed', () => {
    const channelsOf = (written: string) =>
      slackChannelsOf(planOf(edited(['{ slack: "#deployment-updates" }', written])));
    const one = { everyone: '#x', leads: '#x', onCall: '#x' };
    expect(channelsOf('{ slack: "#x" }')).toEqual(one);
    expect(channelsOf('{ slack: { everyone: "#x" } }')).toEqual(one);
    expect(channelsOf('{ slack: { everyone: "#x", leads: "#y", onCall: C0OPS } }')).toEqual({
      everyone: '#x',
      leads: '#y',
      onCall: 'C0OPS',
    });
    expect(channelsOf('{}')).toBeUndefined();
  });

  it.each([
    ['{ slack: 7 }', 'notify.slack must be a Slack channel, or map everyone, leads and onCall to one each; given: 7'],
    ['{ slack: { leads: "#y" } }', 'notify.slack.everyone must be a Slack channel'],
    ['{ slack: { everyone: "not a channel" } }', 'notify.slack.everyone must be a Slack channel'],
    ['{ slack: { everyone: "#x", pager: "#z" } }', 'notify.slack.pager must be a known key: everyone, leads, onCall'],
  ])('refuses notify: %s', (written, problem) => {
    expect(problemsOf(edited(['{ slack: "#deployment-updates" }', written]))).toEqual([
      expect.stringContaining(problem),
    ]);
  });

  it('tells all problems at once, in the order of the file', () => {
    const text = edited(
      ['weight: 1%', 'weigth: 1%'],
      ['weight: 10%', 'weight: 0.5'],
      ['bake: 24h', 'bake: 24'],
      ['cpu > 85%', 'cpuu > 85%'],
      ['operators: {', 'operators: { team: sre,'],
    );
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(/^line \d+, column 5: phases\[0\]\.weight must be a percentage .*; given: nothing$/),
      expect.stringMatching(/phases\[0\]\.weigth must be a known key: did you mean weight\?; given: 1%$/),
      expect.stringMatching(/phases\[1\]\.weight must be a percentage with its sign, .*; given: 0\.5$/),
      expect.stringMatching(/phases\[2\]\.bake must be a duration .*; given: 24$/),
      expect.stringMatching(/guards\[4\] must use a metric .* did you mean cpu\?; given: cpuu > 85% for 10m$/),
      expect.stringMatching(/operators\.team must be a known key: slack, principals; given: sre$/),
    ]);
  });

  it('points at the line and column of what was given', () => {
    const line = SEED.split('\n').findIndex((text) => text.includes('weight: 10%')) + 1;
    const parsed = parsePlan(edited(['weight: 10%', 'weight: 101%']));
    expect(parsed).toMatchObject({
      ok: false,
      problems: [{ line, column: 13, path: 'phases[1].weight', given: '101%' }],
    });
  });

  it.each([
    ['an empty file', '', /^line 1, column 1: the plan must not be empty; given: nothing$/],
    ['a file of comments', '# nothing\n', /must not be empty/],
    ['a null', '~', /the plan must be a mapping/],
    ['a list', '- a\n- b\n', /the plan must be a mapping/],
    ['wrong YAML', 'rollout: [a, b\nrelease: {', /must be YAML or JSON/],
    ['a tab as indentation', 'traffic:\n\trules: []', /must be YAML or JSON/],
    ['wrong JSON', '{"rollout": "a" "release": 1}', /must be YAML or JSON/],
    ['two documents', `${'rollout: a\n'}---\nrollout: b\n`, /must be one document; given: 2 documents/],
    ['a file of 10 MB', 'a'.repeat(10 * 1024 * 1024), /must be at most 64 KiB; given: about 10240 KiB/],
    ['64 KiB in few but wide letters', `# ${'€'.repeat(22_000)}`, /must be at most 64 KiB; given: about 65 KiB/],
    ['nesting without end', '['.repeat(60_000), /must be nested at most 32 deep/],
    ['nesting in blocks', '- '.repeat(30_000), /must be nested at most 32 deep/],
    ['an alias bomb', aliasBomb(), /must be written out: anchors and aliases are not followed/],
    ['binary rubbish', '\u0000\u0001\u0007', /must be/],
  ])('refuses %s', (_, text, message) => {
    expect(problemsOf(text).join('\n')).toMatch(message);
  });

  it.each<readonly [string, readonly (readonly [string, string])[], RegExp]>([
    ['an unknown key', [['release:', 'relaese: x\nrelease:']], /relaese must be a known key: did you mean release\?/],
    ['a key given twice', [['release:', 'rollout: again\nrelease:']], /rollout must be given once/],
    ['the key __proto__', [['release:', '__proto__: { polluted: true }\nrelease:']], /__proto__ must not be a key/],
    [
      'the key constructor',
      [['{ baseline: original,', '{ constructor: x, baseline: original,']],
      /constructor must not be a key/,
    ],
    ['a key that is a list', [['release:', '[a, b]: x\nrelease:']], /must have plain keys/],
    ['a merge key', [['release:', '<<: { a: b }\nrelease:']], /must be a known key/],
    ['weight 0', [['weight: 1%', 'weight: 0%']], /phases\[0\]\.weight must be .* 0\.1% to 100% .*; given: 0%/],
    ['weight 101', [['weight: 1%', 'weight: 101%']], /phases\[0\]\.weight .*; given: 101%/],
    ['weight -1%', [['weight: 1%', 'weight: -1%']], /phases\[0\]\.weight .*; given: -1%/],
    [
      'a weight in finer steps',
      [['weight: 1%', 'weight: 1.25%']],
      /phases\[0\]\.weight .* steps of 0\.1%; given: 1\.25%/,
    ],
    ['a weight without its sign', [['weight: 1%', 'weight: 1']], /phases\[0\]\.weight .*; given: 1$/m],
    ['NaN', [['weight: 1%', 'weight: .nan']], /phases\[0\]\.weight .*; given: \.nan/],
    ['NaN% as a limit', [['errorRate < 1%', 'errorRate < NaN%']], /advance\[0\] must compare with a plain number/],
    ['infinity', [['passInARow: 7', 'passInARow: .inf']], /passInARow must be a whole number/],
    [
      'a number for a text',
      [['release: v3.0.0-sprint-2-complete', 'release: 3.0']],
      /release must be text .* quotes .*; given: 3\.0/,
    ],
    ['a mapping for a text', [['release: v3.0.0-sprint-2-complete', 'release: { a: b }']], /release must be text/],
    ['a text for a list', [['show: [', 'after: none\nshow: [']], /after must be a list of at most 20; given: none/],
    [
      'checkpoints out of order',
      [['[15m, 30m, 1h, 90m]', '[30m, 15m]']],
      /checkpoints\[1\] must be later than the checkpoint before it; given: 15m/,
    ],
    ['a checkpoint twice', [['[15m, 30m, 1h, 90m]', '[15m, 15m]']], /checkpoints\[1\] must be later/],
    [
      'a checkpoint at the gate',
      [['[15m, 30m, 1h, 90m]', '[15m, 2h]']],
      /checkpoints\[1\] must lie before the end of the bake at 2h, where the gate is; given: 2h/,
    ],
    ['a checkpoint without a unit', [['[15m, 30m, 1h, 90m]', '[15, 1h]']], /checkpoints\[0\] must be a duration/],
    [
      'daily checkpoints of a short bake',
      [['[15m, 30m, 1h, 90m]', 'daily']],
      /checkpoints must be a list where the bake is not longer than 24h/,
    ],
    [
      'an A/A rollout with all of the traffic',
      [['release: v3.0.0-sprint-2-complete', 'release: v2\nmode: aa']],
      /phases\[2\]\.weight must be below 100% in mode aa: at 100 % there is no baseline left to compare with; given: 100%/,
    ],
    [
      'falling weights',
      [['weight: 10%', 'weight: 0.5%']],
      /phases\[1\]\.weight must not be below the 1% of phase canary; given: 0\.5%/,
    ],
    [
      'duplicate phase names',
      [['name: ramp', 'name: canary']],
      /phases\[1\]\.name must differ from the other phases; given: canary/,
    ],
    [
      'an unknown metric',
      [['errorRate < 1%', 'errorrate < 1%']],
      /advance\[0\] must use a metric .* did you mean errorRate\?/,
    ],
    ['a missing unit of a share', [['errorRate < 1%', 'errorRate < 1']], /must give the limit of errorRate in %/],
    [
      'a missing unit of a latency',
      [['latencyP99 > 250ms', 'latencyP99 > 250']],
      /must give the limit of latencyP99 in ms or s/,
    ],
    [
      'a relative metric at weight 100',
      [['advance: [errorRate < 0.1%,', 'advance: [not revenueDelta < -3%,']],
      /phases\[2\]\.advance\[0\] must not compare with the baseline/,
    ],
    [
      'a date that does not exist',
      [['start: 2025-10-31T12:00:00Z', 'start: 2025-02-30T12:00:00Z']],
      /^line \d+, column 8: start must be a date that exists/m,
    ],
    [
      'a zone that does not exist',
      [['start: 2025-10-31', 'zone: Europe/Berln\nstart: 2025-10-31']],
      /zone must be an IANA time zone that exists/,
    ],
    ['an hour that does not exist', [['T12:00:00Z', 'T24:00:00Z']], /start must be a time of day/],
    ['a start with seconds', [['T12:00:00Z', 'T12:00:30Z']], /start must be a date and time in whole minutes/],
    [
      'a rule of another service',
      [
        [
          'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule',
          'arn:aws:ec2:us-east-1:123456789012:listener-rule',
        ],
      ],
      /rules\[0\] must be the ARN of a rule/,
    ],
    [
      'a group where a rule belongs',
      [
        [
          'listener-rule/app/learn/50dc6c495c0c9188/0467ef3c8400ae65/9683b2d02a6cabee',
          'targetgroup/a/73e2d6bc24d8a067',
        ],
      ],
      /rules\[0\] must be the ARN of a rule/,
    ],
    [
      'a rule of a network load balancer',
      [['listener-rule/app', 'listener-rule/net']],
      /rules\[0\] must be the ARN of a rule of an Application Load Balancer/,
    ],
    [
      'baseline = candidate',
      [['analyzer-ultra-fast/943f017f100becff', 'analyzer-original/73e2d6bc24d8a067']],
      /candidate must be another target group/,
    ],
    [
      'groups of two regions',
      [['candidate: arn:aws:elasticloadbalancing:us-east-1', 'candidate: arn:aws:elasticloadbalancing:eu-west-1']],
      /candidate must be in us-east-1/,
    ],
    [
      'groups of two accounts',
      [['us-east-1:123456789012:targetgroup/analyzer-o', 'us-east-1:210987654321:targetgroup/analyzer-o']],
      /baseline must be in account 123456789012/,
    ],
    [
      'the same names for both arms',
      [['candidate: ultra-fast }', 'candidate: original }']],
      /names\.candidate must differ/,
    ],
    [
      'no criteria and nobody asked',
      [['advance: [errorRate < 0.1%, latencyP99 < 200ms, availability > 99.9%, noIncidents]', 'advance: []']],
      /phases\[2\]\.advance must name at least one criterion/,
    ],
    [
      'a role that is no lead',
      [['roles: [engineering,', 'roles: [sales,']],
      /signOff\.roles\[0\] must be a role of leads: engineering, operations/,
    ],
    [
      'an on-call role that is no lead',
      [['secondary: operations', 'secondary: sales']],
      /onCall\.secondary must be a role of leads/,
    ],
    [
      'an extension shorter than the bake',
      [['bake: 24h', 'bake: 24h\n    extendUpTo: 23h']],
      /phases\[2\]\.extendUpTo must not be shorter than the bake of 24h/,
    ],
    [
      'a start before the one before',
      [['start: 2025-11-02T16:00:00Z', 'start: 2025-11-01T13:00:00Z']],
      /phases\[2\]\.start must be later than the starts before it/,
    ],
    [
      'a first phase with a start of its own',
      [['- name: canary', '- name: canary\n    start: 2025-10-31T13:00Z']],
      /phases\[0\]\.start must be absent or the plan's start/,
    ],
    [
      'a start that is always late',
      [['start: 2025-11-02T16:00:00Z', 'start: 2025-11-01T14:10:00Z']],
      /phases\[2\]\.start must leave time for the phase before/,
    ],
    [
      'more passes than checkpoints',
      [['passInARow: 7', 'passInARow: 12']],
      /passInARow must not exceed the number of checkpoints, which is 11/,
    ],
    [
      'onTrip where there is no choice',
      [['weight: 10%', 'weight: 10%\n    onTrip: rollBack']],
      /phases\[1\]\.onTrip must be absent here/,
    ],
    [
      'a gauge that is not defined',
      [['show: [latencyP50,', 'show: [disk,']],
      /show\[0\] must use a metric of the catalogue or a gauge/,
    ],
    [
      'a gauge with a name of the catalogue',
      [['    memory:  {', '    errorRate:  {']],
      /gauges\.errorRate must have another name/,
    ],
    [
      'a metric that does not tell the arms apart',
      [['metric: Revenue, dimensions: { Variant: "{arm}" }', 'metric: Revenue, dimensions: { Variant: x }']],
      /revenue\.sum\.dimensions must contain \{arm\}/,
    ],
    [
      'an unknown placeholder',
      [['analyzer-{arm}', 'analyzer-{role}']],
      /dimensions\.ServiceName must not contain \{role\}/,
    ],
    [
      'a guard the wrong way round',
      [['errorRate > 1.5% for 2m', 'errorRate < 1.5% for 2m']],
      /guards\[0\] must say what must not happen/,
    ],
    [
      'a watch that is off and on',
      [['guards:', 'regressionWatch: { off: trust, onSticky: hold }\nguards:']],
      /regressionWatch must either give/,
    ],
    [
      'operators who cannot be reached',
      [
        [
          'operators: { slack: [U0SRE], principals: ["arn:aws:sts::123456789012:assumed-role/Sre/*"] }',
          'operators: {}',
        ],
      ],
      /operators must name somebody/,
    ],
    [
      'a rollout after itself',
      [['release:', 'after: [ultra-fast-analyzer]\nrelease:']],
      /after\[0\] must be another rollout/,
    ],
    [
      'a name in capitals',
      [['rollout: ultra-fast-analyzer', 'rollout: Ultra']],
      /rollout must be 1 to 40 characters of a-z, 0-9 and -/,
    ],
    [
      'a freeze that ends before it begins',
      [['release:', 'freezes: [{ from: 2025-12-24T00:00, to: 2025-12-23T00:00, reason: x }]\nrelease:']],
      /freezes\[0\]\.to must be later/,
    ],
    [
      'a text with control characters',
      [['release: v3.0.0-sprint-2-complete', 'release: "a\\e[31mb"']],
      /release must not contain control characters/,
    ],
    [
      'a key without a value',
      [['signOff: { auto: [engineering, operations, product, finance] }', 'signOff: { auto }']],
      /signOff\.auto must be a list/,
    ],
    [
      'an unknown option of a guard',
      [['- cpu > 85% for 10m', '- { if: cpu > 85% for 10m, prof: none }']],
      /guards\[4\]\.prof must be a known key: did you mean proof\?/,
    ],
    [
      'an instant that exists twice',
      [['start: 2025-10-31T12:00:00Z', 'zone: Europe/Berlin\nstart: 2025-10-26T02:30']],
      /start must be clear: .* write it in UTC: 2025-10-26T00:30Z or 2025-10-26T01:30Z/,
    ],
    [
      'an instant that is skipped',
      [['start: 2025-10-31T12:00:00Z', 'zone: Europe/Berlin\nstart: 2025-03-30T02:30']],
      /start must be a local time that exists: the clocks of Europe\/Berlin are put forward/,
    ],
  ])('refuses %s', (_, replacements, message) => {
    expect(problemsOf(edited(...replacements)).join('\n')).toMatch(message);
  });

  it('refuses more than 500 metric queries a tick; a gauge that nothing judges is none', () => {
    const values = Array.from({ length: 50 }, (_, index) => `s${index}`).join(', ');
    const names = Array.from({ length: 150 }, (_, index) => `g${index}`);
    const gauges = names.map((name) => `    ${name}: { namespace: A, metric: B }`).join('\n');
    const wide = edited(
      ['[k12, university, professional, enterprise]', `[${values}]`],
      ['    cpu:  ', `${gauges}\n    cpu:  `],
    );
    const judging = [0, 30, 60, 90, 120].map((from) => {
      const advance = names.slice(from, from + 30).map((name) => `${name} < 1`);
      return `  - { name: p${from}, weight: 1%, bake: 5m, advance: [${advance.join(', ')}] }\n`;
    });
    expect(problemsOf(wide)).toEqual([]);
    expect(problemsOf(wide.replace('  - name: ramp', `${judging.join('')}  - name: ramp`)).join('\n')).toMatch(
      /metrics must need at most 500 metric queries a tick; given: \d+ queries/,
    );
  });

  it('does not let a plan reach the prototypes', () => {
    problemsOf(edited(['release:', '__proto__: { polluted: true }\nrelease:']));
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('resolves local times in the zone of the plan', () => {
    const plan = planOf(edited(['start: 2025-10-31T12:00:00Z', 'zone: Europe/Berlin\nstart: 2025-10-31T13:00']));
    expect(plan.start).toBe(at('2025-10-31T12:00Z'));
  });

  it('takes the zone of a window from the plan where it has none of its own', () => {
    const windows = 'windows: [{ days: [mon], hours: 22:00-02:00 }, { days: [sat, sun], zone: Asia/Tokyo }]';
    expect(planOf(edited(['release:', `zone: Europe/Berlin\n${windows}\nrelease:`])).windows).toEqual([
      { days: [1], fromMinute: 1320, toMinute: 1560, zone: 'Europe/Berlin' },
      { days: [6, 7], fromMinute: 0, toMinute: 1440, zone: 'Asia/Tokyo' },
    ]);
  });

  it('refuses rules of two load balancers', () => {
    const other =
      'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/other/50dc6c495c0c9188/0467ef3c8400ae65/1';
    expect(problemsOf(edited(['  rules:     [', `  rules:     [${other}, `])).join('\n')).toMatch(
      /traffic\.rules\[1\] must be a rule of app\/other\/50dc6c495c0c9188: a target group works with one load balancer only/,
    );
  });

  it('reads the long form of a guard, the reason why the watch is off, and required items', () => {
    const plan = planOf(
      edited(
        ['- cpu > 85% for 10m', '- { if: cpu > 85% for 10m, proof: none, inSharedOutage: rollBack }'],
        ['guards:', 'regressionWatch: { off: no baseline traffic at night }\nguards:'],
        ['[release tag exists,', '[{ item: release tag exists, required: true },'],
      ),
    );
    expect(plan.guards[4]).toMatchObject({ forMinutes: 10, proof: 'none', inSharedOutage: 'rollBack' });
    expect(plan.regressionWatch).toEqual({ off: 'no baseline traffic at night' });
    expect(plan.phases[0]?.checklist.slice(0, 2)).toEqual([
      { item: 'release tag exists', required: true },
      { item: 'rollback rehearsed', required: false },
    ]);
  });
});

const SIMPLE = `
rollout: simple
release: "1.0"
traffic:
  rules: [arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/learn/50dc6c495c0c9188/0467ef3c8400ae65/9683b2d02a6cabee]
  baseline: arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/a/73e2d6bc24d8a067
  candidate: arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/b/943f017f100becff
start: 2025-10-31T12:00:00Z
phases:
  - { name: all, weight: 100%, bake: 1h, advance: [errorRate < 1%] }
operators: { slack: [U0SRE] }
notify: { slack: "#deployment-updates" }
`;

function planAsJson() {
  const place = 'arn:aws:elasticloadbalancing:us-east-1:123456789012';
  return {
    rollout: 'simple',
    release: '1.0',
    traffic: {
      rules: [`${place}:listener-rule/app/learn/50dc6c495c0c9188/0467ef3c8400ae65/9683b2d02a6cabee`],
      baseline: `${place}:targetgroup/a/73e2d6bc24d8a067`,
      candidate: `${place}:targetgroup/b/943f017f100becff`,
    },
    start: '2025-10-31T12:00:00Z',
    phases: [{ name: 'all', weight: '100%', bake: '1h', advance: ['errorRate < 1%'] }],
    operators: { slack: ['U0SRE'] },
  };
}

function aliasBomb(): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 12; level++) lines.push(`a${level}: &a${level} [${`*a${level - 1}, `.repeat(10)}]`);
  return lines.join('\n');
}
