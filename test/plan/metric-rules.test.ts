/** Every metric that a plan names is defined, and what it is made of is told apart by arm and segment. */
import { describe, expect, it } from 'vitest';
import { edited } from './seed-plan.ts';
import { told, toldOf } from './told.ts';

const CATALOGUE =
  'errorRate, availability, latencyP50, latencyP90, latencyP95, latencyP99, latencyP999, revenueDelta, segmentErrorRatio, segmentSpread, noIncidents';
const NEITHER = 'must use a metric of the catalogue or a gauge that metrics.gauges defines, and';
const TOLD_APART = 'or different things would be read from one metric';

describe('a metric that is named', () => {
  it.each<readonly [string, readonly (readonly [string, string])[], string]>([
    [
      'in a guard',
      [['- cpu > 85% for 10m', '- disk > 85% for 10m']],
      `guards[4] ${NEITHER} disk is neither: ${CATALOGUE}, cpu, memory, network; given: disk > 85% for 10m`,
    ],
    [
      'in a criterion',
      [['latencyP99 < 200ms, availability > 99.95%', 'disk < 5, availability > 99.95%']],
      `phases[1].advance[1] ${NEITHER} disk is neither: ${CATALOGUE}, cpu, memory, network; given: disk < 5`,
    ],
    [
      'on the dashboard',
      [['latencyP999, memory', 'latencyP999, disk']],
      `show[3] ${NEITHER} disk is neither: ${CATALOGUE}, cpu, memory, network; given: disk`,
    ],
    [
      'almost like one of the catalogue',
      [['show: [latencyP50', 'show: [latencyP5']],
      `show[0] ${NEITHER} latencyP5 is neither: did you mean latencyP50?; given: latencyP5`,
    ],
    [
      'almost like a gauge of the plan',
      [['latencyP999, memory', 'latencyP999, memroy']],
      `show[3] ${NEITHER} memroy is neither: did you mean memory?; given: memroy`,
    ],
  ])('and is neither of the catalogue nor a gauge is refused: %s', (_, replacements, problem) => {
    expect(told(...replacements)).toEqual([problem]);
  });

  it('has only the catalogue to be of where the plan defines no gauges', () => {
    expect(toldOf(withoutMetrics('show: [disk, latencyP50]'))).toEqual([
      `show[0] ${NEITHER} disk is neither: ${CATALOGUE}; given: disk`,
    ]);
  });

  it('and compares revenue needs metrics.revenue, whether it is a criterion, a guard or charted', () => {
    const must = 'must have metrics.revenue defined, which revenueDelta compares';
    const criterion = withoutMetrics('show: [revenueDelta]\nguards: [revenueDelta < -5% for 10m]').replace(
      'errorRate < 1%',
      'not revenueDelta < -3%',
    );
    expect(toldOf(criterion)).toEqual([
      `phases[0].advance[0] ${must}; given: not revenueDelta < -3%`,
      `show[0] ${must}; given: revenueDelta`,
      `guards[0] ${must}; given: revenueDelta < -5% for 10m`,
    ]);
  });

  it('and compares segments needs metrics.segments', () => {
    expect(toldOf(withoutMetrics('show: [segmentErrorRatio, segmentSpread]'))).toEqual([
      'show[0] must have metrics.segments defined, which segmentErrorRatio compares; given: segmentErrorRatio',
      'show[1] must have metrics.segments defined, which segmentSpread compares; given: segmentSpread',
    ]);
  });

  it('of the load balancer or of incidents needs nothing defined', () => {
    const show =
      'show: [errorRate, availability, latencyP50, latencyP90, latencyP95, latencyP99, latencyP999, noIncidents]';
    expect(toldOf(withoutMetrics(show))).toEqual([]);
  });
});

describe('what is named twice', () => {
  it('is refused among the guards, where only the same words are the same', () => {
    expect(
      told(['- cpu > 85% for 10m', '- cpu > 85% for 10m\n  - cpu  >  85% for 10m\n  - cpu > 86% for 10m']),
    ).toEqual(['guards[5] must differ from the other guards; given: cpu > 85% for 10m']);
  });

  it('is refused on the dashboard', () => {
    expect(told(['latencyP999, memory, network]', 'latencyP999, memory, network, memory]'])).toEqual([
      'show[5] must differ from the other metrics of show; given: memory',
    ]);
  });

  it('is refused among the segments', () => {
    expect(told(['[k12, university, professional, enterprise]', '[k12, university, k12]'])).toEqual([
      'metrics.segments.values[2] must differ from the other segments; given: k12',
    ]);
  });
});

describe('where a part of the plan could not be read', () => {
  it.each<readonly [string, readonly [string, string], readonly string[]]>([
    [
      'the metrics, none is missed',
      ['metrics:\n', 'metrics: none\nx-metrics:\n'],
      [
        'metrics must be a mapping of keys to values; given: none',
        expect.stringContaining('x-metrics must be a known'),
      ],
    ],
    [
      'the gauges, none is missed',
      ['  gauges:  ', '  gauges: none\n  x-gauges:  '],
      [
        'metrics.gauges must map names of gauges to CloudWatch metrics; given: none',
        expect.stringContaining('metrics.x-gauges must be a known'),
      ],
    ],
    [
      'the guards, nothing is said of them',
      ['guards:\n', 'guards: none\nx-guards:\n'],
      ['guards must be a list of at most 30; given: none', expect.stringContaining('x-guards must be a known')],
    ],
    [
      'the dashboard, nothing is said of it',
      ['show: [', 'show: none # ['],
      ['show must be a list of at most 30; given: none'],
    ],
    [
      'one metric, its dimensions are not asked for',
      ['{ namespace: Learn/Business, metric: Revenue, dimensions: { Variant: "{arm}" } }', 'none'],
      ['metrics.revenue.sum must be a mapping of keys to values; given: none'],
    ],
    [
      'the segments, their dimensions are',
      ['values: [k12, university, professional, enterprise]', 'values: none'],
      ['metrics.segments.values must be a list of 1 to 50; given: none'],
    ],
  ])('%s', (_, replacement, problems) => {
    expect(told(replacement)).toEqual(problems);
  });

  it('several values, they are not called the same', () => {
    expect(told(['show: [latencyP50', 'show: [8, 9'])).toEqual([
      expect.stringMatching(/^show\[0\] must be text .*; given: 8$/),
      expect.stringMatching(/^show\[1\] must be text .*; given: 9$/),
    ]);
  });

  it('the rest is looked at all the same, at its own place', () => {
    const problems = told(
      ['phases:\n', 'phases:\n  - none\n'],
      ['advance: [errorRate < 0.5%, latencyP99 < 200ms', 'advance: [errorRate < 0.5, disk < 5'],
      ['- errorRate > 1.5% for 2m', '- 8\n  - disk > 5 for 2m'],
      ['show: [latencyP50', 'show: [9, disk'],
    );
    expect(problems.filter((problem) => problem.includes(' is neither'))).toEqual([
      expect.stringMatching(/^phases\[2\]\.advance\[1\] must use .*; given: disk < 5$/),
      expect.stringMatching(/^guards\[1\] must use .*; given: disk > 5 for 2m$/),
      expect.stringMatching(/^show\[1\] must use .*; given: disk$/),
    ]);
    expect(problems).toHaveLength(7);
  });

  it('a phase without criteria, and phases that are none, name no metric', () => {
    expect(told(['availability > 99.9%, not revenueDelta < -3%, noIncidents]', 'availability > 99.9%] # '])).toEqual(
      [],
    );
    expect(
      told([
        'advance: [errorRate < 1%, latencyP99 < 200ms, availability > 99.9%, not revenueDelta < -3%, noIncidents]',
        'advance: none',
      ]),
    ).toEqual(['phases[0].advance must be a list of at most 30; given: none']);
    expect(told(['phases:\n', 'phases: none\nx-phases:\n'])).toEqual([
      'phases must be a list of 1 to 20; given: none',
      expect.stringContaining('x-phases must be a known key'),
    ]);
  });
});

const ARM = '{ Variant: "{arm}" }';
const BOTH = '{ Variant: "{arm}", LearnerSegment: "{segment}" }';
const MISSED = { arm: `must contain {arm}, ${TOLD_APART}`, segment: `must contain {segment}, ${TOLD_APART}` };

describe('the dimensions of a metric', () => {
  it.each<readonly [string, string, string, readonly string[]]>([
    ['revenue.sum', `Revenue, dimensions: ${ARM}`, 'Revenue', [`${MISSED.arm}; given: nothing`]],
    ['revenue.sum', `Revenue, dimensions: ${ARM}`, 'Revenue, dimensions: { V: x }', [`${MISSED.arm}; given: { V: x }`]],
    ['revenue.orders', `Orders, dimensions: ${ARM}`, 'Orders, dimensions: {}', [`${MISSED.arm}; given: {}`]],
    [
      'segments.requests',
      `Requests, dimensions: ${BOTH}`,
      'Requests, dimensions: { V: "{arm" }',
      [`${MISSED.arm}; given: { V: "{arm" }`, `${MISSED.segment}; given: { V: "{arm" }`],
    ],
    [
      'segments.requests',
      `Requests, dimensions: ${BOTH}`,
      'Requests, dimensions: { V: "{segment}" }',
      [`${MISSED.arm}; given: { V: "{segment}" }`],
    ],
    [
      'segments.failures',
      `Failures, dimensions: ${BOTH}`,
      'Failures, dimensions: { V: "{arm}" }',
      [`${MISSED.segment}; given: { V: "{arm}" }`],
    ],
  ])('of %s must tell arms and segments apart: %s → %s', (path, from, to, problems) => {
    expect(told([from, to])).toEqual(problems.map((problem) => `metrics.${path}.dimensions ${problem}`));
  });

  it.each<readonly [string, string, string, readonly string[]]>([
    [
      'revenue.sum.dimensions.Variant',
      `Revenue, dimensions: ${ARM}`,
      'Revenue, dimensions: { Variant: "{arm}-{segment}" }',
      ['must not contain {segment}: known here are {arm}; given: "{arm}-{segment}"'],
    ],
    [
      'revenue.orders.dimensions.B',
      `Orders, dimensions: ${ARM}`,
      'Orders, dimensions: { A: "{arm}", B: "{}{ arm }" }',
      [
        'must not contain {}: known here are {arm}; given: "{}{ arm }"',
        'must not contain { arm }: known here are {arm}; given: "{}{ arm }"',
      ],
    ],
    [
      'segments.requests.dimensions.A',
      `Requests, dimensions: ${BOTH}`,
      'Requests, dimensions: { A: "{arm}/{role}/{segment}" }',
      ['must not contain {role}: known here are {arm} and {segment}; given: "{arm}/{role}/{segment}"'],
    ],
    [
      'segments.failures.dimensions.A',
      `Failures, dimensions: ${BOTH}`,
      'Failures, dimensions: { A: "{arm}{segment}{x}" }',
      ['must not contain {x}: known here are {arm} and {segment}; given: "{arm}{segment}{x}"'],
    ],
    [
      'gauges.cpu.dimensions.ServiceName',
      '"analyzer-{arm}"',
      '"{arm}-{segment}"',
      ['must not contain {segment}: known here are {arm}; given: "{arm}-{segment}"'],
    ],
  ])('have no other placeholders: %s', (path, from, to, problems) => {
    expect(told([from, to])).toEqual(problems.map((problem) => `metrics.${path} ${problem}`));
  });

  it('may have both placeholders in one value, the same one twice, and anything that is no placeholder', () => {
    expect(
      told([`Requests, dimensions: ${BOTH}`, 'Requests, dimensions: { A: "{arm}.{segment}", B: "{arm}" }']),
    ).toEqual([]);
    expect(told([`Revenue, dimensions: ${ARM}`, 'Revenue, dimensions: { A: "}{arm}{", B: x }'])).toEqual([]);
  });

  it('of a gauge may be the same for both arms, and of orders that are not given nothing is asked', () => {
    expect(told(['"analyzer-{arm}"', 'analyzer'])).toEqual([]);
    expect(told(['    orders: {', '    # orders: {'])).toEqual([]);
  });
});

describe('a gauge', () => {
  it('must not have a name of the catalogue, whose metric would be judged in its place', () => {
    expect(told(['    cpu:     { ', '    errorRate: { '], ['- cpu > 85% for 10m', '- memory > 85% for 10m'])).toEqual([
      expect.stringMatching(
        /^metrics\.gauges\.errorRate must have another name: errorRate is in the catalogue; given: \{ namespace: AWS\/ECS/,
      ),
    ]);
  });
});

describe('the metric queries of a tick', () => {
  /** The seed plan with 50 segments and so many judged gauges more. */
  const wide = (more: number): string => {
    const values = Array.from({ length: 50 }, (_, index) => `s${index}`).join(', ');
    const names = Array.from({ length: more }, (_, index) => `g${index}`);
    const phases = [0, 30, 60, 90, 120].map((from) => {
      const advance = names.slice(from, from + 30).map((name) => `${name} < 1`);
      return `  - { name: p${from}, weight: 1%, bake: 5m, advance: [noIncidents, ${advance.slice(1).join(', ')}] }\n`;
    });
    return edited(
      ['[k12, university, professional, enterprise]', `[${values}]`],
      ['    cpu:  ', `${names.map((name) => `    ${name}: { namespace: A, metric: B }`).join('\n')}\n    cpu:  `],
      ['  - name: ramp', `${phases.join('')}  - name: ramp`],
    );
  };

  it('may be 500 and no more: CloudWatch answers so many at once', () => {
    // Each phase of 30 judges 29 of them.
    expect(toldOf(wide(138))).toEqual([]);
    expect(toldOf(wide(139))).toEqual([
      expect.stringMatching(/^metrics must need at most 500 metric queries a tick; given: 502 queries$/),
    ]);
  });
});

/** A small plan that defines no metrics of its own, with more keys. */
function withoutMetrics(keys: string): string {
  const place = 'arn:aws:elasticloadbalancing:us-east-1:123456789012';
  return `
rollout: simple
release: "1.0"
traffic:
  rules: [${place}:listener-rule/app/learn/50dc6c495c0c9188/0467ef3c8400ae65/9683b2d02a6cabee]
  baseline: ${place}:targetgroup/a/73e2d6bc24d8a067
  candidate: ${place}:targetgroup/b/943f017f100becff
start: 2025-10-31T12:00:00Z
phases:
  - { name: all, weight: 10%, bake: 1h, advance: [errorRate < 1%] }
operators: { slack: [U0SRE] }
${keys}
`;
}
