/** The rules and target groups of a plan: each by itself, and whether they can work together. */
import { describe, expect, it } from 'vitest';
import { edited, planOf, SEED } from './seed-plan.ts';
import { toldOf } from './told.ts';

const TRAFFIC = SEED.slice(SEED.indexOf('traffic:'), SEED.indexOf('start:'));
const HERE = 'arn:aws:elasticloadbalancing:us-east-1:123456789012';
const RULE = `${HERE}:listener-rule/app/learn/50dc6c495c0c9188/0467ef3c8400ae65/9683b2d02a6cabee`;
const GROUP = `${HERE}:targetgroup/a/73e2d6bc24d8a067`;
const OTHER = `${HERE}:targetgroup/b/943f017f100becff`;
const MUST_BE_RULE =
  'must be the ARN of a rule of an Application Load Balancer, arn:aws:elasticloadbalancing:REGION:ACCOUNT:listener-rule/app/…';
const MUST_BE_GROUP = 'must be the ARN of a target group, arn:aws:elasticloadbalancing:REGION:ACCOUNT:targetgroup/…';

interface Traffic {
  readonly rules?: readonly string[];
  readonly baseline?: string;
  readonly candidate?: string;
  readonly more?: string;
}

const withTraffic = ({ rules = [RULE], baseline = GROUP, candidate = OTHER, more = '' }: Traffic): string =>
  edited([
    TRAFFIC,
    `traffic:\n  rules: [${rules.join(', ')}]\n  baseline: ${baseline}\n  candidate: ${candidate}\n${more}\n`,
  ]);

/** As shown where the value is given: the first 77 letters of it. */
const shown = (arn: string) => (arn.length > 80 ? `${arn.slice(0, 77)}…` : arn);

describe('the rollouts before this one', () => {
  const after = (names: string, rollout = 'ultra-fast-analyzer') =>
    toldOf(
      edited(['rollout: ultra-fast-analyzer', `rollout: ${rollout}`], ['release:', `after: [${names}]\nrelease:`]),
    );

  it('are others, each once', () => {
    expect(after('a, b')).toEqual([]);
    expect(after('ultra-fast-analyzer')).toEqual(['after[0] must be another rollout; given: ultra-fast-analyzer']);
    expect(after('a, b, ultra-fast-analyzer')).toEqual([
      'after[2] must be another rollout; given: ultra-fast-analyzer',
    ]);
    expect(after('a, b, a')).toEqual(['after[2] must differ from the other rollouts of after; given: a']);
  });

  it('are not taken for this one where neither name can be read', () => {
    expect(after('B', 'A')).toEqual([
      'rollout must be 1 to 40 characters of a-z, 0-9 and -; given: A',
      'after[0] must be 1 to 40 characters of a-z, 0-9 and -; given: B',
    ]);
    expect(toldOf(edited(['release:', 'after: 7\nrelease:']))).toEqual([
      'after must be a list of at most 20; given: 7',
    ]);
  });
});

describe('rules and target groups', () => {
  it('are fine where all are of one region, account and load balancer', () => {
    expect(toldOf(withTraffic({ rules: [RULE, `${RULE}0`] }))).toEqual([]);
  });

  it('may be of any partition of AWS', () => {
    const china = (arn: string) => arn.replace('arn:aws:', 'arn:aws-cn:').replace('us-east-1', 'cn-north-1');
    const text = withTraffic({ rules: [china(RULE)], baseline: china(GROUP), candidate: china(OTHER) });
    expect(toldOf(text)).toEqual([]);
  });

  it('are one traffic: no rule twice, and two target groups', () => {
    expect(toldOf(withTraffic({ rules: [RULE, RULE], candidate: GROUP }))).toEqual([
      `traffic.rules[1] must differ from the other rules; given: ${shown(RULE)}`,
      `traffic.candidate must be another target group than the baseline's; given: ${shown(GROUP)}`,
    ]);
  });

  it('are in the region and account of the first rule: whatever is elsewhere is told', () => {
    const west = (arn: string) => arn.replace('us-east-1', 'us-west-2');
    const foreign = (arn: string) => arn.replace('123456789012', '210987654321');
    const second = west(`${RULE}0`);
    expect(
      toldOf(withTraffic({ rules: [RULE, second], baseline: foreign(GROUP), candidate: west(foreign(OTHER)) })),
    ).toEqual([
      `traffic.rules[1] must be in us-east-1, as the others are; given: ${shown(second)}`,
      `traffic.baseline must be in account 123456789012, as the others are; given: ${shown(foreign(GROUP))}`,
      `traffic.candidate must be in us-east-1, as the others are; given: ${shown(west(foreign(OTHER)))}`,
      `traffic.candidate must be in account 123456789012, as the others are; given: ${shown(west(foreign(OTHER)))}`,
    ]);
  });

  it('are in one partition, too', () => {
    const other = OTHER.replace('arn:aws:', 'arn:aws-us-gov:');
    expect(toldOf(withTraffic({ candidate: other }))).toEqual([
      `traffic.candidate must be in us-east-1, as the others are; given: ${shown(other)}`,
    ]);
  });

  it('are compared as far as they can be read', () => {
    const west = OTHER.replace('us-east-1', 'us-west-2');
    expect(toldOf(withTraffic({ rules: ['x'], candidate: west }))).toEqual([
      `traffic.rules[0] ${MUST_BE_RULE}; given: x`,
      `traffic.candidate must be in us-east-1, as the others are; given: ${shown(west)}`,
    ]);
    expect(toldOf(withTraffic({ rules: ['x', RULE], baseline: 'y', candidate: west }))).toEqual([
      `traffic.rules[0] ${MUST_BE_RULE}; given: x`,
      `traffic.baseline ${MUST_BE_GROUP}; given: y`,
      `traffic.candidate must be in us-east-1, as the others are; given: ${shown(west)}`,
    ]);
    expect(toldOf(withTraffic({ baseline: 'y', candidate: 'y' }))).toEqual([
      `traffic.baseline ${MUST_BE_GROUP}; given: y`,
      `traffic.candidate ${MUST_BE_GROUP}; given: y`,
    ]);
  });

  it('are told once where nothing of them can be read', () => {
    expect(toldOf(withTraffic({ rules: ['x'], baseline: 'y', candidate: 'z' }))).toEqual([
      `traffic.rules[0] ${MUST_BE_RULE}; given: x`,
      `traffic.baseline ${MUST_BE_GROUP}; given: y`,
      `traffic.candidate ${MUST_BE_GROUP}; given: z`,
    ]);
    expect(toldOf(edited([TRAFFIC, 'traffic: all\n\n']))).toEqual([
      'traffic must be a mapping of keys to values; given: all',
    ]);
  });

  it('belong to one load balancer, that of the first rule that can be read', () => {
    const of = (name: string) => RULE.replace('app/learn', `app/${name}`);
    expect(toldOf(withTraffic({ rules: ['x', RULE, of('shop'), `${RULE}0`, of('blog')] }))).toEqual([
      `traffic.rules[0] ${MUST_BE_RULE}; given: x`,
      ...[of('shop'), of('blog')].map(
        (rule, index) =>
          `traffic.rules[${2 + 2 * index}] must be a rule of app/learn/50dc6c495c0c9188: a target group works with one load balancer only; given: ${shown(rule)}`,
      ),
    ]);
  });

  it.each([
    ['rules: none', ['traffic.rules must be a list of 1 to 20; given: none']],
    ['rules: []', ['traffic.rules must be a list of 1 to 20; given: []']],
    ['rules: [7]', [`traffic.rules[0] ${MUST_BE_RULE}; given: 7`]],
  ])('have at least one rule: %s', (written, problems) => {
    expect(toldOf(withTraffic({}).replace(`rules: [${RULE}]`, written))).toEqual(problems);
  });

  it('are at most 20 rules', () => {
    const rules = (count: number) => Array.from({ length: count }, (_, index) => `${RULE}${index}`);
    expect(toldOf(withTraffic({ rules: rules(20) }))).toEqual([]);
    expect(toldOf(withTraffic({ rules: rules(21) }))).toEqual([
      expect.stringMatching(/^traffic\.rules must be a list of 1 to 20; given: \[arn:/),
    ]);
  });
});

describe('the names of the two arms in metrics', () => {
  it('are baseline and candidate, unless given', () => {
    expect(planOf(withTraffic({})).traffic.names).toEqual({ baseline: 'baseline', candidate: 'candidate' });
    expect(planOf(withTraffic({ more: '  names: { candidate: v2 }' })).traffic.names).toEqual({
      baseline: 'baseline',
      candidate: 'v2',
    });
  });

  it.each([
    ['{ baseline: v1, candidate: v1 }', 'v1'],
    ['{ candidate: baseline }', 'baseline'],
    ['{ baseline: candidate }', 'nothing'],
  ])('differ: %s', (names, given) => {
    expect(toldOf(withTraffic({ more: `  names: ${names}` }))).toEqual([
      `traffic.names.candidate must differ from the baseline's name, or both would have the same metrics; given: ${given}`,
    ]);
  });

  it('are not said to be the same where they cannot be read', () => {
    expect(toldOf(withTraffic({ more: '  names: { baseline: 1, candidate: 2 }' }))).toEqual(
      ['baseline', 'candidate'].map(
        (arm, index) =>
          `traffic.names.${arm} must be text of 1 to 100 characters; put it in quotes where YAML reads a number or true; given: ${index + 1}`,
      ),
    );
    expect(toldOf(withTraffic({ more: '  names: versions' }))).toEqual([
      'traffic.names must be a mapping of keys to values; given: versions',
    ]);
  });
});
