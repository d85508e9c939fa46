/** Guards and the regression watch, as a plan writes them. */
import { describe, expect, it } from 'vitest';
import { edited, planOf, SEED } from './seed-plan.ts';
import { toldOf } from './told.ts';

const GUARDS = SEED.slice(SEED.indexOf('guards:'), SEED.indexOf('metrics:'));
const withGuards = (written: string) => edited([GUARDS, `guards: ${written}\n\n`]);
const withWatch = (written: string) => edited(['guards:', `regressionWatch: ${written}\nguards:`]);

describe('a guard', () => {
  const EXPRESSION = 'must be an expression such as `errorRate > 1.5% for 2m`';

  it('is proven, and holds in a shared outage, unless it says otherwise', () => {
    const guard = (percent: number) => ({
      text: `errorRate > ${percent}% for 2m`,
      metric: 'errorRate',
      claim: { kind: 'share', share: 'failures', side: 'above', limit: percent / 100 },
      forMinutes: 2,
    });
    const plan = planOf(
      withGuards(`
  - errorRate > 1% for 2m
  - { if: errorRate > 2% for 2m }
  - { if: errorRate > 3% for 2m, proof: none }
  - { if: errorRate > 4% for 2m, inSharedOutage: rollBack }
  - { if: errorRate > 5% for 2m, proof: proven, inSharedOutage: hold }`),
    );
    expect(plan.guards).toEqual([
      { ...guard(1), proof: 'proven', inSharedOutage: 'hold' },
      { ...guard(2), proof: 'proven', inSharedOutage: 'hold' },
      { ...guard(3), proof: 'none', inSharedOutage: 'hold' },
      { ...guard(4), proof: 'proven', inSharedOutage: 'rollBack' },
      { ...guard(5), proof: 'proven', inSharedOutage: 'hold' },
    ]);
  });

  it('may be absent', () => {
    expect(planOf(edited([GUARDS, ''])).guards).toEqual([]);
    expect(planOf(withGuards('[]')).guards).toEqual([]);
  });

  it.each([
    ['7', `guards[0] ${EXPRESSION}, or { if, proof, inSharedOutage }; given: 7`],
    ['[errorRate]', `guards[0] ${EXPRESSION}, or { if, proof, inSharedOutage }; given: [errorRate]`],
    ['{ proof: none }', `guards[0].if ${EXPRESSION}; given: nothing`],
    ['{ if: 7 }', `guards[0].if ${EXPRESSION}; given: 7`],
    ['{ if: errorRate > 1% for 2m, proof: maybe }', 'guards[0].proof must be one of proven, none; given: maybe'],
    [
      '{ if: errorRate > 1% for 2m, inSharedOutage: rollback }',
      'guards[0].inSharedOutage must be one of hold, rollBack; given: rollback',
    ],
    [
      '{ if: errorRate > 1% for 2m, for: 2m }',
      'guards[0].for must be a known key: if, proof, inSharedOutage; given: 2m',
    ],
    ['errorRate > 1%', 'guards[0] must give a limit and a duration: `errorRate > 1% for 5m`; given: errorRate > 1%'],
    [
      '{ if: errorRate > 1% }',
      'guards[0] must give a limit and a duration: `errorRate > 1% for 5m`; given: { if: errorRate > 1% }',
    ],
    [
      '""',
      'guards[0] must be an expression such as `errorRate < 1%`, `not revenueDelta < -3%` or `noIncidents`; given: ""',
    ],
  ])('is not %s', (written, problem) => {
    expect(toldOf(withGuards(`[${written}]`))).toEqual([problem]);
  });

  it('is at most 1000 characters long', () => {
    const long = (percent: number, length: number) =>
      `errorRate > ${percent}%${' '.repeat(length - 'errorRate > 1%for 2m'.length)}for 2m`;
    expect(long(1, 1000)).toHaveLength(1000);
    expect(toldOf(withGuards(`["${long(1, 1000)}", { if: "${long(2, 1000)}" }]`))).toEqual([]);
    expect(toldOf(withGuards(`["${long(1, 1001)}", { if: "${long(2, 1001)}" }]`))).toEqual([
      'guards[0] must be at most 1000 characters; given: "errorRate > 1%',
      'guards[1].if must be at most 1000 characters; given: "errorRate > 2%',
    ]);
  });

  it('is one of at most 30', () => {
    const many = (count: number) =>
      `[${Array.from({ length: count }, (_, index) => `errorRate > ${index + 1}% for 2m`).join(', ')}]`;
    expect(toldOf(withGuards(many(30)))).toEqual([]);
    expect(toldOf(withGuards(many(31)))).toEqual([
      expect.stringMatching(/^guards must be a list of at most 30; given: \[errorRate > 1% for 2m, /),
    ]);
  });
});

describe('the regression watch', () => {
  it.each([
    ['{}', { falseRollbacks: 0.01, onSticky: 'hold' }],
    ['{ falseRollbacks: 0.1% }', { falseRollbacks: 0.001, onSticky: 'hold' }],
    ['{ falseRollbacks: 10% }', { falseRollbacks: 0.1, onSticky: 'hold' }],
    ['{ onSticky: rollBack }', { falseRollbacks: 0.01, onSticky: 'rollBack' }],
    ['{ falseRollbacks: 5%, onSticky: hold }', { falseRollbacks: 0.05, onSticky: 'hold' }],
    ['{ off: a staging environment }', { off: 'a staging environment' }],
  ])('is armed, unless a reason is given: %s', (written, watch) => {
    expect(planOf(withWatch(written)).regressionWatch).toEqual(watch);
  });

  const PERCENT = 'must be a percentage with its sign, 0.1% to 10% in steps of 0.1%';
  const EITHER = 'must either give falseRollbacks and onSticky, or be off';

  it.each([
    ['{ falseRollbacks: 0% }', `regressionWatch.falseRollbacks ${PERCENT}; given: 0%`],
    ['{ falseRollbacks: 10.1% }', `regressionWatch.falseRollbacks ${PERCENT}; given: 10.1%`],
    ['{ onSticky: ignore }', 'regressionWatch.onSticky must be one of hold, rollBack; given: ignore'],
    ['{ off: "" }', 'regressionWatch.off must be text of 1 to 200 characters; given: ""'],
    [
      '{ off: true }',
      'regressionWatch.off must be text of 1 to 200 characters; put it in quotes where YAML reads a number or true; given: true',
    ],
    ['{ off: x, falseRollbacks: 1% }', `regressionWatch ${EITHER}; given: { off: x, falseRollbacks: 1% }`],
    ['{ off: x, onSticky: hold }', `regressionWatch ${EITHER}; given: { off: x, onSticky: hold }`],
    [
      '{ off: x, falseRollbacks: 1%, onSticky: hold }',
      `regressionWatch ${EITHER}; given: { off: x, falseRollbacks: 1%, onSticky: hold }`,
    ],
    ['off', 'regressionWatch must be a mapping of keys to values; given: off'],
  ])('is not %s', (written, problem) => {
    expect(toldOf(withWatch(written))).toEqual([problem]);
  });
});
