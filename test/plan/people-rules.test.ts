/** Whoever is asked or called exists, is asked once, and can be reached. */
import { describe, expect, it } from 'vitest';
import { told } from './told.ts';

const ROLES = 'engineering, operations, product, finance';
const ASKED = `signOff: { roles: [${ROLES}] }`;
const AUTO = `signOff: { auto: [${ROLES}] }`;
const LEADS_RENAMED = ['leads:\n', 'x-leads:\n'] as const;
const SEPARATED = ['start: 2025-10-31T12:00:00Z', 'separationOfDuty: true\nstart: 2025-10-31T12:00:00Z'] as const;

describe('a role', () => {
  it.each<readonly [string, readonly [string, string], readonly string[]]>([
    [
      'that is asked',
      [ASKED, 'signOff: { roles: [engineering, sales, legal] }'],
      [
        `phases[1].signOff.roles[1] must be a role of leads: ${ROLES}; given: sales`,
        `phases[1].signOff.roles[2] must be a role of leads: ${ROLES}; given: legal`,
      ],
    ],
    [
      'whose GO comes by itself',
      [AUTO, 'signOff: { auto: [engineering, sales] }'],
      [`phases[0].signOff.auto[1] must be a role of leads: ${ROLES}; given: sales`],
    ],
    [
      'that is called first',
      ['primary: engineering', 'primary: sales'],
      [`onCall.primary must be a role of leads: ${ROLES}; given: sales`],
    ],
    [
      'that is called next',
      ['secondary: operations', 'secondary: sales'],
      [`onCall.secondary must be a role of leads: ${ROLES}; given: sales`],
    ],
  ])('%s must be one of leads', (_, replacement, problems) => {
    expect(told(replacement)).toEqual(problems);
  });

  it('of a plan without leads is none of them, which is said', () => {
    const problems = told(
      LEADS_RENAMED,
      [AUTO, 'signOff: { auto: [finance] }'],
      [ASKED, 'signOff: { roles: [engineering] }'],
    );
    expect(problems).toEqual([
      'phases[0].signOff.auto[0] must be a role of leads, of which there are none; given: finance',
      'phases[1].signOff.roles[0] must be a role of leads, of which there are none; given: engineering',
      expect.stringMatching(/^x-leads must be a known key/),
      'onCall.primary must be a role of leads, of which there are none; given: engineering',
      'onCall.secondary must be a role of leads, of which there are none; given: operations',
    ]);
  });

  it('is not missed where the leads could not be read', () => {
    expect(told(['leads:\n', 'leads: none\nx-leads:\n'])).toEqual([
      'leads must map roles to { slack, principals }; given: none',
      expect.stringMatching(/^x-leads must be a known key/),
    ]);
  });

  it('may be called without being asked, and first and next alike', () => {
    expect(told([AUTO, 'signOff: {}'], [ASKED, 'signOff: {}'])).toEqual([]);
    expect(told(['secondary: operations', 'secondary: engineering'])).toEqual([]);
  });

  it('is called only where the plan says who is on call', () => {
    expect(told(['onCall: { primary', '# onCall: { primary'])).toEqual([]);
  });
});

describe('a sign-off', () => {
  it.each<readonly [string, readonly string[]]>([
    [
      '{ roles: [finance, product, finance] }',
      ['phases[1].signOff.roles[2] must differ from the other roles of this sign-off; given: finance'],
    ],
    [
      '{ auto: [product, finance, finance] }',
      ['phases[1].signOff.auto[2] must differ from the other roles of this sign-off; given: finance'],
    ],
    [
      '{ roles: [finance, product], auto: [operations, product, finance] }',
      [
        'phases[1].signOff.auto[1] must differ from the other roles of this sign-off; given: product',
        'phases[1].signOff.auto[2] must differ from the other roles of this sign-off; given: finance',
      ],
    ],
    ['{ roles: [finance], auto: [product] }', []],
    ['{ roles: [] }', []],
  ])('asks each role once: %s', (signOff, problems) => {
    expect(told([ASKED, `signOff: ${signOff}`])).toEqual(problems);
  });

  it('that could not be read asks nobody, and neither does a phase that is none', () => {
    expect(told([ASKED, 'signOff: none'])).toEqual([
      'phases[1].signOff must be a mapping of keys to values; given: none',
    ]);
    expect(told([ASKED, 'signOff: { roles: none, auto: none }'])).toEqual([
      'phases[1].signOff.roles must be a list of at most 20; given: none',
      'phases[1].signOff.auto must be a list of at most 20; given: none',
    ]);
    expect(told(['phases:\n', 'phases:\n  - none\n'], ['roles: [engineering,', 'roles: [sales,'])).toEqual([
      'phases[0] must be a mapping of keys to values; given: none',
      `phases[2].signOff.roles[0] must be a role of leads: ${ROLES}; given: sales`,
    ]);
    expect(told([ASKED, 'signOff: { roles: [7, sales] }'])).toEqual([
      expect.stringMatching(/^phases\[1\]\.signOff\.roles\[0\] must be 1 to 40 characters .*; given: 7$/),
      `phases[1].signOff.roles[1] must be a role of leads: ${ROLES}; given: sales`,
    ]);
  });

  it('that one person could give alone is refused where duties are separated', () => {
    const must =
      'phases[1].signOff.roles must be two roles at least, together with those of auto: with separationOfDuty it may take the GO of two people';
    expect(told(SEPARATED, [ASKED, 'signOff: { roles: [finance] }'])).toEqual([`${must}; given: [finance]`]);
    expect(told(SEPARATED, [ASKED, 'signOff: { roles: [finance], auto: none }'])).toEqual([
      `${must}; given: [finance]`,
      'phases[1].signOff.auto must be a list of at most 20; given: none',
    ]);
    expect(told(SEPARATED, [ASKED, 'signOff: { roles: [finance], auto: [finance] }'])).toEqual([
      `${must}; given: [finance]`,
      'phases[1].signOff.auto[0] must differ from the other roles of this sign-off; given: finance',
    ]);
  });

  it.each([
    ['two roles', true, 'signOff: { roles: [finance, product] }'],
    ['one role and one of auto', true, 'signOff: { roles: [finance], auto: [product] }'],
    ['nobody but one of auto', true, 'signOff: { auto: [finance] }'],
    ['nobody', true, 'signOff: {}'],
    ['one role where duties are not separated', false, 'signOff: { roles: [finance] }'],
  ])('may ask %s', (_, separated, signOff) => {
    expect(told(...(separated ? [SEPARATED] : []), [ASKED, signOff])).toEqual([]);
  });
});

describe('whoever is to act', () => {
  const FINANCE = '{ slack: [U0FIN], principals: ["arn:aws:sts::123456789012:assumed-role/FinanceLead/*"] }';
  const OPERATORS = 'operators: { slack: [U0SRE], principals: ["arn:aws:sts::123456789012:assumed-role/Sre/*"] }';
  const NOBODY = 'must name somebody, in slack or principals';

  it.each<readonly [string, readonly string[]]>([
    ['{}', [`${NOBODY}; given: {}`]],
    ['{ slack: [] }', [`${NOBODY}; given: { slack: [] }`]],
    ['{ slack: [], principals: [] }', [`${NOBODY}; given: { slack: [], principals: [] }`]],
    ['{ slack: [U0FIN] }', []],
    ['{ principals: ["arn:aws:iam::123456789012:user/fin"] }', []],
    ['{ slack: [U0FIN], principals: [] }', []],
  ])('is somebody, in Slack or by an identity of AWS: %s', (people, problems) => {
    expect(told([FINANCE, people])).toEqual(problems.map((problem) => `leads.finance ${problem}`));
    expect(told([OPERATORS, `operators: ${people}`])).toEqual(problems.map((problem) => `operators ${problem}`));
  });

  it.each<readonly [string, readonly string[]]>([
    ['none', ['operators must be a mapping of keys to values; given: none']],
    ['{ slack: none }', ['operators.slack must be a list of at most 50; given: none']],
    ['{ principals: none }', ['operators.principals must be a list of at most 50; given: none']],
  ])('is not called nobody where it could not be read: %s', (people, problems) => {
    expect(told([OPERATORS, `operators: ${people}`])).toEqual(problems);
  });
});
